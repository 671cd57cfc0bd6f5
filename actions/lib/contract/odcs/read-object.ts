import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import type { ContractTable } from '../contract.ts';
import { type DeclaredColumn, type DeclaredTable, tableSpec } from '../declared-table.ts';
import { items, number, refusal, text, valueAt } from '../fields.ts';
import type { Problems } from '../problems.ts';
import type { TableNames } from '../rule-context.ts';
import {
  noteNearMisses,
  readFieldsMatch,
  readFiles,
  readNullTexts,
  readSplits,
} from './custom-properties.ts';
import { dataName, readColumn } from './read-column.ts';

/** An object whose columns are read and whose rules are not yet. */
export interface ObjectDraft {
  readonly path: ValuePath;
  readonly names: TableNames;
  readonly declared: DeclaredTable;
  /** Its properties that could be read, each with its column. */
  readonly columns: readonly (readonly [path: ValuePath, column: DeclaredColumn])[];
  readonly table: Omit<ContractTable, 'rules'>;
}

/** Reads one object of a contract's schema, apart from its rules, which may name any object. */
export function readObject(
  document: ParsedText,
  path: ValuePath,
  problems: Problems,
  unchecked: string[],
): ObjectDraft {
  const properties = items(document, [...path, 'properties']);
  problems.attempt(() => refuseTwins(document, properties), undefined);
  const columns = properties.flatMap((property) =>
    problems.attempt(() => [[property, readColumn(document, property, unchecked)] as const], []),
  );
  noteNearMisses(document, path, 'object', unchecked);
  const name = text(document, [...path, 'name']) ?? '';
  const splits = problems.attempt(() => readSplits(document, path), []);
  const fieldsMatch = problems.attempt(() => readFieldsMatch(document, path), undefined);
  const declared: DeclaredTable = {
    name,
    columns: columns.map(([, column]) => column),
    splits: splits.map((split) => split.name),
    primaryKey: primaryKey(document, properties),
    ...(fieldsMatch && { fieldsMatch }),
    at: document.at(path),
  };
  return {
    path,
    names: { name, columns: columnNames(document, properties) },
    declared,
    columns,
    table: {
      spec: tableSpec(declared),
      nullTexts: problems.attempt(() => readNullTexts(document, path), []),
      files: problems.attempt(() => readFiles(document, path), []),
      splits,
      ...(fieldsMatch && { fieldsMatch }),
      primaryKey: declared.primaryKey,
      dialect: {},
    },
  };
}

const logicalName = (document: ParsedText, property: ValuePath): string =>
  text(document, [...property, 'name']) ?? '';

/** Rules name properties as the contract does; where that is no name of it, as the data does. */
function columnNames(document: ParsedText, properties: readonly ValuePath[]): ReadonlyMap<string, string> {
  const physical = properties.map((property) => dataName(document, property));
  const logical = properties.map((property) => logicalName(document, property));
  const names = new Map(logical.map((name, index) => [name, physical[index] ?? name]));
  for (const name of physical) if (!names.has(name)) names.set(name, name);
  return names;
}

function primaryKey(document: ParsedText, properties: readonly ValuePath[]): readonly string[] {
  const position = (property: ValuePath): number => {
    const given = number(document, [...property, 'primaryKeyPosition']) ?? -1;
    return given < 0 ? Number.MAX_SAFE_INTEGER : given;
  };
  return properties
    .filter((property) => valueAt(document, [...property, 'primaryKey']) === true)
    .sort((a, b) => position(a) - position(b))
    .map((property) => dataName(document, property));
}

function refuseTwins(document: ParsedText, properties: readonly ValuePath[]): void {
  const seen = new Map<string, ValuePath>();
  for (const property of properties) {
    const name = dataName(document, property);
    const first = seen.get(name);
    if (first)
      throw refusal(
        document,
        property,
        `the column "${name}" stands here again, first at ${document.at(first)}`,
      );
    seen.set(name, property);
  }
}
