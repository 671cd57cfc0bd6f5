import type { Contract } from './contract.ts';
import type { ContractChange } from './diff/change.ts';
import { tableChanges } from './diff/table-changes.ts';
import type { Definitions } from './rule-context.ts';

/**
 * Compares two versions of a contract by what they demand, whatever format they are written in: what is demanded
 * less now (`loosened`), more (`tightened`), or otherwise (`changed`, where neither can be said). Texts for people
 * and the order of rules do not count.
 *
 * @param base - as it was, on the base branch
 * @param head - as it is
 * @param definitions - the checks, for the limits and units of rules that give none
 * @returns the changes, loosened ones first
 */
export function compareContracts(
  base: Contract,
  head: Contract,
  definitions: Definitions,
): readonly ContractChange[] {
  const before = new Map(base.tables.map((table) => [table.spec.name, table]));
  const after = new Map(head.tables.map((table) => [table.spec.name, table]));
  const changes: readonly ContractChange[] = [
    ...[...before.keys()]
      .filter((name) => !after.has(name))
      .map((name) => ({
        kind: 'loosened' as const,
        subject: name,
        words: 'the table is no longer in the contract',
      })),
    ...head.tables.flatMap((table): readonly ContractChange[] => {
      const was = before.get(table.spec.name);
      return was === undefined
        ? [{ kind: 'tightened', subject: table.spec.name, words: 'the table is new in the contract' }]
        : tableChanges(was, table, definitions);
    }),
  ];
  return changes.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

const ORDER: readonly ContractChange['kind'][] = ['loosened', 'changed', 'tightened'];
