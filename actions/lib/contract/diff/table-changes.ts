import type { ColumnSpec, Rule } from '../../checks/check.ts';
import type { ColumnType } from '../../tabular/column-type.ts';
import type { ContractTable } from '../contract.ts';
import { shown } from '../fields.ts';
import type { Definitions } from '../rule-context.ts';
import { isNone } from './accepted-numbers.ts';
import { type ChangeKind, type ContractChange, kindOf } from './change.ts';
import { fieldsMatchKind } from './fields-match.ts';
import { ruleChanges } from './rule-changes.ts';
import { without } from './without.ts';

/** What changed in a table that both versions of a contract have. */
export function tableChanges(
  before: ContractTable,
  after: ContractTable,
  definitions: Definitions,
): readonly ContractChange[] {
  const { name } = after.spec;
  const there = new Set(before.spec.columns.map((column) => column.name));
  const kept = new Set(after.spec.columns.map((column) => column.name).filter((column) => there.has(column)));
  return [
    ...columnListChanges(before, after, kept),
    ...[...kept].flatMap((column) =>
      columnChanges(`${name}.${column}`, columnOf(before, column), columnOf(after, column)),
    ),
    ...fieldsMatchChange(before, after),
    ...ruleChanges(name, comparable(before, kept), comparable(after, kept), definitions),
    ...nullTextChange(before, after),
    ...sourceChanges(before, after),
  ];
}

const columnOf = ({ spec }: ContractTable, name: string): ColumnSpec =>
  spec.columns.find((column) => column.name === name) ?? { name, classified: false };

/** Rules of columns that came or went say nothing new, nor those that match columns: both are told apart. */
function comparable({ spec, rules }: ContractTable, kept: ReadonlySet<string>): readonly Rule[] {
  const first = rules.findIndex(({ check }) => check !== 'schemaMatch' && check !== 'fileIntegrity');
  const head = first < 0 ? rules.length : first;
  return rules.filter(
    ({ check, column, threshold }, index) =>
      !(check === 'schemaMatch' && index < head && spec.columns.length > 0) &&
      !(check === 'dataType' && threshold !== undefined && isNone(threshold)) &&
      (column === undefined || kept.has(column) || !spec.columns.some(({ name }) => name === column)),
  );
}

function columnListChanges(
  before: ContractTable,
  after: ContractTable,
  kept: ReadonlySet<string>,
): readonly ContractChange[] {
  const { name } = after.spec;
  const changed = (table: ContractTable, kind: ChangeKind, words: string): readonly ContractChange[] =>
    table.spec.columns
      .filter((column) => !kept.has(column.name))
      .map((column) => ({ kind, subject: `${name}.${column.name}`, words }));
  return [
    ...changed(before, 'loosened', 'the column is no longer in the contract'),
    ...changed(after, 'tightened', 'the column is new in the contract'),
  ];
}

/** Types whose values are values of another type too. */
const WIDER: ReadonlyMap<ColumnType, readonly ColumnType[]> = new Map<ColumnType, readonly ColumnType[]>([
  ['integer', ['number', 'string']],
  ['number', ['string']],
  ['boolean', ['string']],
  ['date', ['string']],
  ['timestamp', ['string']],
  ['time', ['string']],
]);

function typeKind(before: ColumnType | undefined, after: ColumnType | undefined): ChangeKind {
  if (before === undefined) return 'tightened';
  if (after === undefined || WIDER.get(before)?.includes(after)) return 'loosened';
  return WIDER.get(after)?.includes(before) ? 'tightened' : 'changed';
}

function columnChanges(subject: string, before: ColumnSpec, after: ColumnSpec): readonly ContractChange[] {
  const changes: ContractChange[] = [];
  const note = (kind: ChangeKind, words: string): void => {
    changes.push({ kind, subject, words });
  };
  if (before.type !== after.type)
    note(
      typeKind(before.type, after.type),
      `the type was ${before.type ?? 'not given'}, is ${after.type ?? 'not given'}`,
    );
  if (before.format !== after.format)
    note('changed', `the date format was ${before.format ?? 'ISO 8601'}, is ${after.format ?? 'ISO 8601'}`);
  if (before.classified && !after.classified)
    note('loosened', 'its values are no longer classified, so that they may be shown');
  if (!before.classified && after.classified)
    note(
      'changed',
      'its values are classified now: they are not shown, and checks for personal data may pass them over',
    );
  if (before.role !== after.role)
    note('changed', `its role was ${before.role ?? 'not given'}, is ${after.role ?? 'not given'}`);
  return changes;
}

function fieldsMatchChange(before: ContractTable, after: ContractTable): readonly ContractChange[] {
  if (before.fieldsMatch === after.fieldsMatch) return [];
  return [
    {
      kind: fieldsMatchKind(before.fieldsMatch, after.fieldsMatch),
      subject: after.spec.name,
      words: `fieldsMatch was ${before.fieldsMatch ?? 'not given'}, is ${after.fieldsMatch ?? 'not given'}`,
    },
  ];
}

/** More texts that mean "no value" are more values that types and ranges do not apply to. */
function nullTextChange(before: ContractTable, after: ContractTable): readonly ContractChange[] {
  const gone = without(before.nullTexts, after.nullTexts);
  const come = without(after.nullTexts, before.nullTexts);
  if (gone.length + come.length === 0) return [];
  const words = [
    ...(come.length > 0 ? [`${shown(come)} count as missing now`] : []),
    ...(gone.length > 0 ? [`${shown(gone)} no longer count as missing`] : []),
  ];
  return [
    {
      kind: kindOf(come.length > 0, gone.length > 0),
      subject: after.spec.name,
      words: words.join(', '),
    },
  ];
}

function sourceChanges(before: ContractTable, after: ContractTable): readonly ContractChange[] {
  const subject = after.spec.name;
  const gone = before.splits.filter(({ name }) => !after.splits.some((split) => split.name === name));
  const come = after.splits.filter(({ name }) => !before.splits.some((split) => split.name === name));
  const moved = after.splits.filter((split) => {
    const was = before.splits.find(({ name }) => name === split.name);
    return was !== undefined && JSON.stringify(was) !== JSON.stringify(split);
  });
  const same = JSON.stringify(before.files) === JSON.stringify(after.files);
  const dialect = JSON.stringify(before.dialect) !== JSON.stringify(after.dialect);
  return [
    ...gone.map(({ name }) => ({ kind: 'loosened' as const, subject, words: `the split ${name} is gone` })),
    ...come.map(({ name }) => ({ kind: 'tightened' as const, subject, words: `the split ${name} is new` })),
    ...moved.map(({ name, files }) => ({
      kind: 'changed' as const,
      subject,
      words: `the split ${name} is read from other files: ${shown(files)}`,
    })),
    ...(same
      ? []
      : [{ kind: 'changed' as const, subject, words: `it is read from other files: ${shown(after.files)}` }]),
    ...(dialect
      ? [{ kind: 'changed' as const, subject, words: `its files are read as ${shown(after.dialect)}` }]
      : []),
  ];
}
