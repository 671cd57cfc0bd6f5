import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import type { TableFormat } from '../../tabular/table.ts';
import type { Dialect } from '../contract.ts';
import { isRecord, shown, text, uncheckedNote, valueAt } from '../fields.ts';

const FORMATS: ReadonlyMap<string, TableFormat> = new Map([
  ['csv', 'csv'],
  ['tsv', 'tsv'],
  ['json', 'json'],
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['parquet', 'parquet'],
  ['text/csv', 'csv'],
  ['text/tab-separated-values', 'tsv'],
  ['application/json', 'json'],
  ['application/jsonl', 'jsonl'],
  ['application/jsonlines', 'jsonl'],
  ['application/x-ndjson', 'jsonl'],
  ['application/vnd.apache.parquet', 'parquet'],
  ['application/x-parquet', 'parquet'],
  ['application/parquet', 'parquet'],
]);

/** The format of tables that a name or a media type stands for; `undefined` when it is none. */
export const tableFormat = (name: string | undefined): TableFormat | undefined =>
  name === undefined ? undefined : FORMATS.get(name.trim().toLowerCase().replace(/;.*$/, ''));

/** Parts of a dialect that are read as they are by default, with that default. */
const DEFAULTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['header', true],
  ['headerRows', JSON.stringify([1])],
  ['doubleQuote', true],
  ['skipInitialSpace', false],
  ['keyed', true],
  ['itemType', 'object'],
]);
const UNIMPORTANT: readonly string[] = [
  'lineTerminator',
  'csvddfVersion',
  'caseSensitiveHeader',
  '$schema',
  'type',
];

/** A dialect, and the text that means "no value" in it. */
export interface ReadDialect {
  readonly dialect: Dialect;
  readonly nullTexts: readonly string[];
}

/**
 * Reads how the text of a resource is written: its format, encoding, and Table Dialect (v2) or CSV Dialect (v1, also
 * under `csv` as Frictionless 4 wrote it).
 *
 * @param unchecked - gets a line for each part that files are not read by
 */
export function readDialect(document: ParsedText, path: ValuePath, unchecked: string[]): ReadDialect {
  const format =
    tableFormat(text(document, [...path, 'format'])) ?? tableFormat(text(document, [...path, 'mediatype']));
  const encoding = text(document, [...path, 'encoding']);
  const parts = readParts(document, [...path, 'dialect'], unchecked);
  return {
    dialect: {
      ...(format && { format }),
      ...(encoding !== undefined && { encoding }),
      ...(parts.delimiter !== undefined && { delimiter: parts.delimiter }),
      ...(parts.quoteChar !== undefined && { quote: parts.quoteChar }),
    },
    nullTexts: parts.nullSequence === undefined || parts.nullSequence === '' ? [] : [parts.nullSequence],
  };
}

/** Parts of a dialect that files are read by, all texts. */
const PARTS = ['delimiter', 'quoteChar', 'nullSequence'] as const;
type Part = (typeof PARTS)[number];

function readParts(
  document: ParsedText,
  path: ValuePath,
  unchecked: string[],
): { readonly [P in Part]?: string } {
  const given = valueAt(document, path);
  if (given === undefined) return {};
  if (!isRecord(given)) {
    unchecked.push(uncheckedNote(document, path, `a dialect in another file is not read: ${shown(given)}`));
    return {};
  }
  const found: { [P in Part]?: string } = {};
  for (const [key, value] of Object.entries(flattened(given))) {
    const part = PARTS.find((name) => name === key);
    if (part !== undefined && typeof value === 'string') found[part] = value;
    else if (!isDefault(key, value))
      unchecked.push(
        uncheckedNote(document, [...path, key], `files are not read by "${key}: ${shown(value)}"`),
      );
  }
  return found;
}

const isDefault = (key: string, value: unknown): boolean =>
  UNIMPORTANT.includes(key) ||
  (DEFAULTS.has(key) && (DEFAULTS.get(key) === value || DEFAULTS.get(key) === JSON.stringify(value)));

function flattened(dialect: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const flat: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(dialect))
    if ((key === 'csv' || key === 'json') && isRecord(value)) Object.assign(flat, value);
    else flat[key] = value;
  return flat;
}
