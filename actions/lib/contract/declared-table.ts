import type { ColumnRole, ColumnSpec, Json, Rule, TableSpec } from '../checks/check.ts';
import type { ConstraintOptions } from '../checks/constraints.ts';
import { NONE } from '../stats/threshold.ts';
import type { ColumnType } from '../tabular/column-type.ts';
import type { FieldsMatch } from './contract.ts';

/** What any kind of contract says of a column, in the words they share. */
export interface DeclaredColumn {
  /** The name in the data. */
  readonly name: string;
  readonly type?: ColumnType;
  /** Pattern of dates and times that are not in ISO 8601. */
  readonly format?: string;
  readonly options: ConstraintOptions;
  /** The only values it may have. */
  readonly values?: readonly (string | number | boolean)[];
  readonly required: boolean;
  readonly unique: boolean;
  /** Its values must not be shown. */
  readonly classified: boolean;
  readonly role?: ColumnRole;
  /** Where it stands, `file:line:column`. */
  readonly at: string;
}

/** What any kind of contract says of a table, before the rules that are written out in it. */
export interface DeclaredTable {
  readonly name: string;
  readonly columns: readonly DeclaredColumn[];
  readonly splits: readonly string[];
  readonly primaryKey: readonly string[];
  readonly fieldsMatch?: FieldsMatch;
  readonly at: string;
}

/** The table as checks know it. */
export const tableSpec = (table: DeclaredTable): TableSpec => ({
  name: table.name,
  columns: table.columns.map(columnSpec),
  splits: table.splits,
});

const columnSpec = ({ name, type, format, classified, role }: DeclaredColumn): ColumnSpec => ({
  name,
  ...(type && { type }),
  ...(format !== undefined && { format }),
  classified,
  ...(role && { role }),
});

/** The checks that the declaration itself asks for: which columns there are, of what type, and what they may hold. */
export function declaredRules(table: DeclaredTable): readonly Rule[] {
  const { primaryKey } = table;
  const single = primaryKey.length === 1 ? primaryKey[0] : undefined;
  return [
    ...columnsRules(table),
    ...table.columns.flatMap((column) => columnRules(column, column.name === single)),
    ...(primaryKey.length > 1
      ? [exact('duplicateValues', table.at, { properties: primaryKey }, { title: 'primary key' })]
      : []),
  ];
}

function columnsRules({ columns, fieldsMatch, at }: DeclaredTable): readonly Rule[] {
  if (columns.length === 0) return [];
  const match = (given: Readonly<Record<string, Json>>): Rule => exact('schemaMatch', at, given, {});
  if (fieldsMatch === undefined)
    return [match({ aspects: ['missing'] }), { ...match({ aspects: ['extra'] }), severity: 'warning' }];
  const mayLack = fieldsMatch === 'superset' || fieldsMatch === 'partial';
  const required = columns.filter((column) => column.required).map(({ name }) => name);
  return [
    match({ fieldsMatch }),
    ...(mayLack && required.length > 0 ? [match({ aspects: ['missing'], columns: required })] : []),
  ];
}

function columnRules(column: DeclaredColumn, isKey: boolean): readonly Rule[] {
  const { name, type, options, values, at } = column;
  const rule = (check: string, given: Readonly<Record<string, Json>>, title?: string): Rule =>
    exact(check, at, given, { column: name, ...(title !== undefined && { title }) });
  const restrictions = { ...options, ...(values && { validValues: values }) };
  return [
    ...(type ? [rule('dataType', {})] : []),
    ...(column.required ? [rule('nullValues', {}, 'required')] : []),
    ...(column.unique || isKey ? [rule('duplicateValues', {}, isKey ? 'primary key' : 'unique')] : []),
    ...(Object.keys(restrictions).length > 0
      ? [rule('invalidValues', { ...restrictions, ignoreMisfits: true })]
      : []),
  ];
}

/** A rule that allows no exception, which is what declarations mean. */
const exact = (
  check: string,
  at: string,
  given: Readonly<Record<string, Json>>,
  more: Pick<Rule, 'column' | 'title'>,
): Rule => ({ check, severity: 'error', threshold: NONE, arguments: given, at, ...more });
