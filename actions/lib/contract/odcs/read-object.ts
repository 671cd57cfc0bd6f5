import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import type { ContractTable } from '../contract.ts';
import { type DeclaredColumn, type DeclaredTable, tableSpec } from '../declared-table.ts';
import { number, refusal, text, valueAt } from '../fields.ts';
import type { Problems } from '../problems.ts';
import type { TableNames } from '../rule-context.ts';
import { areLaidFlat, type ColumnPlace, columnPlaces } from './column-places.ts';
import {
  noteNearMisses,
  readFieldsMatch,
  readFiles,
  readNullTexts,
  readSplits,
} from './custom-properties.ts';
import { readColumn } from './read-column.ts';
import type { ServerOf } from './servers.ts';

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
  server: ServerOf,
  problems: Problems,
  unchecked: string[],
): ObjectDraft {
  const name = text(document, [...path, 'name']) ?? '';
  const splits = problems.attempt(() => readSplits(document, path), []);
  const given = problems.attempt(() => readFiles(document, path), []);
  const onServer = given.length + splits.length === 0 ? server(name) : undefined;
  const files = onServer?.files ?? given;
  const dialect = onServer?.dialect ?? {};
  const flat = areLaidFlat([...files, ...splits.flatMap((split) => split.files)], dialect.format);
  const places = columnPlaces(document, path, flat, unchecked);
  problems.attempt(() => refuseTwins(document, places), undefined);
  const columns = places.flatMap((place) =>
    problems.attempt(() => [[place.path, readColumn(document, place, unchecked)] as const], []),
  );
  noteNearMisses(document, path, 'object', unchecked);
  const fieldsMatch = problems.attempt(() => readFieldsMatch(document, path), undefined);
  const declared: DeclaredTable = {
    name,
    columns: columns.map(([, column]) => column),
    splits: splits.map((split) => split.name),
    primaryKey: primaryKey(document, places),
    ...(fieldsMatch && { fieldsMatch }),
    at: document.at(path),
  };
  return {
    path,
    names: { name, columns: columnNames(places) },
    declared,
    columns,
    table: {
      spec: tableSpec(declared),
      nullTexts: problems.attempt(() => readNullTexts(document, path), []),
      files,
      splits,
      ...(fieldsMatch && { fieldsMatch }),
      primaryKey: declared.primaryKey,
      dialect,
    },
  };
}

/** Rules name properties as the contract does; where that is no name of it, as the data does. */
function columnNames(places: readonly ColumnPlace[]): ReadonlyMap<string, string> {
  const names = new Map(places.map(({ logical, name }) => [logical, name]));
  for (const { name } of places) if (!names.has(name)) names.set(name, name);
  return names;
}

function primaryKey(document: ParsedText, places: readonly ColumnPlace[]): readonly string[] {
  const position = ({ path }: ColumnPlace): number => {
    const given = number(document, [...path, 'primaryKeyPosition']) ?? -1;
    return given < 0 ? Number.MAX_SAFE_INTEGER : given;
  };
  return places
    .filter(({ path }) => valueAt(document, [...path, 'primaryKey']) === true)
    .sort((a, b) => position(a) - position(b))
    .map(({ name }) => name);
}

function refuseTwins(document: ParsedText, places: readonly ColumnPlace[]): void {
  const seen = new Map<string, ValuePath>();
  for (const { name, path } of places) {
    const first = seen.get(name);
    if (first)
      throw refusal(document, path, `the column "${name}" stands here again, first at ${document.at(first)}`);
    seen.set(name, path);
  }
}
