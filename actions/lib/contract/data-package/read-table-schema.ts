import type { Rule } from '../../checks/check.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import { NONE } from '../../stats/threshold.ts';
import type { FieldsMatch } from '../contract.ts';
import type { DeclaredTable } from '../declared-table.ts';
import { isRecord, items, refusal, shown, textList, uncheckedNote, valueAt } from '../fields.ts';
import type { Problems } from '../problems.ts';
import { missingTexts, readField } from './read-field.ts';

/** A table schema, apart from keys that refer to other tables. */
export interface SchemaDraft {
  readonly document: ParsedText;
  /** Where the schema is in its document. */
  readonly path: ValuePath;
  readonly declared: DeclaredTable;
  /** Besides the empty text. */
  readonly nullTexts: readonly string[];
}

const FIELDS_MATCH: readonly FieldsMatch[] = ['exact', 'equal', 'subset', 'superset', 'partial'];

/**
 * Reads a Table Schema, v1 or v2, as the declaration of a table.
 *
 * @param unchecked - gets a line for each part that is not checked
 */
export function readTableSchema(
  document: ParsedText,
  path: ValuePath,
  name: string,
  problems: Problems,
  unchecked: string[],
): SchemaDraft {
  const fields = items(document, [...path, 'fields']);
  const nullTexts = problems.attempt(() => readNullTexts(document, path, unchecked), []);
  const columns = fields.flatMap((field) =>
    problems.attempt(() => [readField(document, field, nullTexts, unchecked)], []),
  );
  const names = columns.map((column) => column.name);
  problems.attempt(() => refuseTwins(document, fields, names), undefined);
  const primaryKey: readonly string[] = problems.attempt(
    () => columnsAt(document, [...path, 'primaryKey'], names) ?? [],
    [],
  );
  return {
    document,
    path,
    nullTexts,
    declared: {
      name,
      columns: columns.map((column) =>
        primaryKey.includes(column.name) ? { ...column, required: true } : column,
      ),
      splits: [],
      primaryKey,
      fieldsMatch: problems.attempt(() => readFieldsMatch(document, path), 'exact'),
      at: document.at(path),
    },
  };
}

/** The rules of `uniqueKeys`. */
export function uniqueKeyRules(
  { document, path, declared }: SchemaDraft,
  problems: Problems,
): readonly Rule[] {
  const names = declared.columns.map(({ name }) => name);
  return items(document, [...path, 'uniqueKeys']).flatMap((at) =>
    problems.attempt(
      () => [
        {
          check: 'duplicateValues',
          severity: 'error',
          threshold: NONE,
          title: 'unique key',
          arguments: { properties: columnsAt(document, at, names) ?? [] },
          at: document.at(at),
        },
      ],
      [],
    ),
  );
}

/** The rules of `foreignKeys`. */
export function foreignKeyRules(
  draft: SchemaDraft,
  tables: readonly DeclaredTable[],
  problems: Problems,
  unchecked: string[],
): readonly Rule[] {
  return items(draft.document, [...draft.path, 'foreignKeys']).flatMap((at) =>
    problems.attempt(() => foreignKeyRule(draft, at, tables, unchecked), []),
  );
}

function foreignKeyRule(
  { document, declared }: SchemaDraft,
  path: ValuePath,
  tables: readonly DeclaredTable[],
  unchecked: string[],
): readonly Rule[] {
  const reference = [...path, 'reference'];
  const resource = valueAt(document, [...reference, 'resource']) ?? '';
  const columns = columnsAt(document, [...path, 'fields'], namesOf(declared));
  const other = resource === '' ? declared : tables.find(({ name }) => name === resource);
  if (other === undefined && tables.length <= 1) {
    unchecked.push(
      uncheckedNote(
        document,
        path,
        `the foreign key to ${shown(resource)} is not checked, as no package names that table`,
      ),
    );
    return [];
  }
  if (other === undefined) {
    const known = tables.map(({ name }) => name);
    throw refusal(
      document,
      [...reference, 'resource'],
      `the package has no resource ${shown(resource)} with a schema${didYouMean(String(resource), known) || `; it has ${known.join(', ')}`}`,
    );
  }
  const references = columnsAt(document, [...reference, 'fields'], namesOf(other));
  if (columns === undefined || references === undefined || columns.length !== references.length)
    throw refusal(
      document,
      path,
      'a foreign key has "fields" and "reference.fields", as many of one as of the other',
    );
  return [
    {
      check: 'referentialIntegrity',
      severity: 'error',
      threshold: NONE,
      arguments: { columns, table: other.name, references },
      at: document.at(path),
    },
  ];
}

const namesOf = ({ columns }: DeclaredTable): readonly string[] => columns.map(({ name }) => name);

/** The names of fields at a place: a list, or the single text of v1. `undefined` where nothing stands. */
function columnsAt(
  document: ParsedText,
  path: ValuePath,
  names: readonly string[],
): readonly string[] | undefined {
  const value = valueAt(document, path);
  if (value === undefined) return undefined;
  const list = textList(value);
  if (list === undefined || list.length === 0)
    throw refusal(document, path, `expected a list of names of fields, found ${shown(value)}`);
  const stranger = list.find((name) => !names.includes(name));
  if (stranger === undefined) return list;
  throw refusal(document, path, `there is no field "${stranger}"${didYouMean(stranger, names)}`);
}

function refuseTwins(document: ParsedText, fields: readonly ValuePath[], names: readonly string[]): void {
  const twin = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twin < 0) return;
  throw refusal(
    document,
    fields[twin] ?? [],
    `the field "${names[twin]}" stands here again; columns of one name cannot be told apart`,
  );
}

/** One word; lists of one word were written by some tools while v2 was made. */
function readFieldsMatch(document: ParsedText, path: ValuePath): FieldsMatch {
  const at = [...path, 'fieldsMatch'];
  const value = valueAt(document, at) ?? 'exact';
  const [word, second] = textList(value) ?? [];
  const found = second === undefined ? FIELDS_MATCH.find((known) => known === word) : undefined;
  if (found) return found;
  throw refusal(
    document,
    at,
    `expected one of ${FIELDS_MATCH.join(', ')}, found ${shown(value)}${didYouMean(String(value), FIELDS_MATCH)}`,
  );
}

function readNullTexts(document: ParsedText, path: ValuePath, unchecked: string[]): readonly string[] {
  const at = [...path, 'missingValues'];
  const value = valueAt(document, at);
  if (value === undefined) return [];
  const texts = missingTexts(value);
  if (
    texts === undefined ||
    (Array.isArray(value) && value.some((item) => isRecord(item) && item['value'] === undefined))
  )
    throw refusal(document, at, `expected a list of texts, found ${shown(value)}`);
  if (!texts.includes(''))
    unchecked.push(
      uncheckedNote(
        document,
        at,
        'empty cells count as missing all the same, though the list does not have ""',
      ),
    );
  return texts.filter((text) => text !== '');
}
