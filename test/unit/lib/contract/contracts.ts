import { CHECKS } from '../../../../actions/lib/checks/catalog.ts';
import type { ColumnSpec, Rule } from '../../../../actions/lib/checks/check.ts';
import type { Contract, ContractTable, ReadOptions } from '../../../../actions/lib/contract/contract.ts';
import { readContract } from '../../../../actions/lib/contract/read-contract.ts';
import { loadCompiler } from '../../../../actions/lib/schema/schema-compiler.ts';

await loadCompiler();

/** Reads a contract of any format with the whole catalog. */
export const read = (text: string | object, where = 'c.yaml', options: ReadOptions = {}): Contract =>
  readContract(typeof text === 'string' ? text : JSON.stringify(text, null, 2), where, CHECKS, options);

const HEAD = `apiVersion: v3.1.0
kind: DataContract
id: 4f0c2f0e
name: test
version: 2.3.0
status: active
`;

/** An ODCS contract with the objects given in YAML, each beginning with two blanks and a dash. */
export const odcs = (objects: string, more = '', options: ReadOptions = {}): Contract =>
  read(`${HEAD}${more}schema:\n${objects}`, 'c.yaml', options);

/** The first table of a contract. */
export function tableOf(contract: Contract, name?: string): ContractTable {
  const found = contract.tables.find(({ spec }) => name === undefined || spec.name === name);
  if (!found) throw new Error(`no table ${name}`);
  return found;
}

/** The rules of one check in a table, without the place they are written at. */
export const rulesOf = (table: ContractTable, check: string, column?: string): readonly Omit<Rule, 'at'>[] =>
  table.rules
    .filter((rule) => rule.check === check && (column === undefined || rule.column === column))
    .map(({ at: _at, ...rule }) => rule);

/** A column of a table. */
export const columnOf = (table: ContractTable, name: string): ColumnSpec | undefined =>
  table.spec.columns.find((column) => column.name === name);

/** The message of the error that some work throws. */
export function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('nothing was thrown');
}
