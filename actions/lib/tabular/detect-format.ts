import { ActionError } from '../errors.ts';
import type { TableFormat } from './table.ts';

/** Bytes that are enough to recognise a file. */
export const HEAD_BYTES = 1_024;

const BY_EXTENSION: ReadonlyMap<string, TableFormat> = new Map([
  ['csv', 'csv'],
  ['tsv', 'tsv'],
  ['tab', 'tsv'],
  ['txt', 'csv'],
  ['json', 'json'],
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['parquet', 'parquet'],
  ['pq', 'parquet'],
  ['arrow', 'arrow'],
  ['arrows', 'arrow'],
  ['feather', 'arrow'],
  ['ipc', 'arrow'],
]);

/** Files that are not tables but are found where tables should be: how they begin, what they are, what to do. */
const IMPOSTORS: readonly (readonly [start: string | RegExp, what: string, advice: string])[] = [
  [
    'version https://git-lfs.github.com/spec/',
    'a Git LFS pointer',
    'run `git lfs pull`, or check out with `lfs: true`',
  ],
  [
    /^\s*<(!doctype html|html|head|body)/i,
    'an HTML page',
    'the download probably gave an error or log-in page',
  ],
  [/^\s*<\?xml/, 'XML', 'convert it to CSV, JSON or Parquet'],
  ['\x1f\x8b', 'gzip', 'give the file a name that ends in .gz'],
  ['\x28\xb5\x2f\xfd', 'zstd', 'give the file a name that ends in .zst'],
  [/^BZh[1-9]/, 'bzip2', 'unpack it, or pack it with gzip'],
  ['\xfd7zXZ', 'xz', 'unpack it, or pack it with gzip'],
  ['PK\x03\x04', 'a zip archive or an Excel workbook', 'unpack it, or export it as CSV'],
  ['\xd0\xcf\x11\xe0', 'an old Excel workbook', 'export it as CSV'],
  ['FEA1', 'a Feather file of version 1', 'write it again as version 2 (an Arrow file), or as Parquet'],
  [/^ORC[^\w,;\t |"]/, 'an ORC file', 'convert it to Parquet'],
  ['SQLite format 3\0', 'an SQLite database', 'export the table as CSV'],
  ['%PDF-', 'a PDF', 'export the table as CSV'],
  ...['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'].map(
    (start) => [start, 'a Python pickle', 'export the table as CSV or Parquet'] as const,
  ),
];

/** The format a name promises, `undefined` when it promises none. */
export const formatOfName = (name: string): TableFormat | undefined =>
  BY_EXTENSION.get(/\.([a-z]+)(?:\.(?:gz|zst|br))?$/i.exec(name)?.[1]?.toLowerCase() ?? '');

/**
 * The format of a file: what was asked for, else what its name says, else what its content looks like; refused when
 * the content is plainly something else.
 *
 * @param head - its first bytes, unpacked
 * @throws ActionError invalid-file that says what the file really is
 */
export function detectFormat(name: string, head: Uint8Array, wanted: TableFormat | 'auto'): TableFormat {
  const bytes = String.fromCharCode(...head); // one character a byte
  const impostor = IMPOSTORS.find(([start]) =>
    typeof start === 'string' ? bytes.startsWith(start) : start.test(bytes),
  );
  if (impostor)
    throw new ActionError('invalid-file', `${name}: this is ${impostor[1]}, not a table: ${impostor[2]}`);
  const promised = wanted === 'auto' ? formatOfName(name) : wanted;
  const found = formatOfContent(bytes);
  if (promised === undefined) return found ?? 'csv';
  const mismatch = found !== undefined && found !== promised && !(found === 'jsonl' && promised === 'json');
  if (mismatch) {
    const by = wanted === 'auto' ? 'its name says' : 'the input format says';
    throw new ActionError(
      'invalid-file',
      `${name}: ${by} ${promised}, but the content is ${DESCRIPTION[found]}; name it so, or set format to ${found}`,
    );
  }
  if (promised === 'parquet' && found !== 'parquet' && head.length > 0 && isText(bytes))
    throw new ActionError(
      'invalid-file',
      `${name}: promised as Parquet, but the content is text; is it CSV?`,
    );
  return promised;
}

const DESCRIPTION: Readonly<Record<TableFormat, string>> = {
  csv: 'CSV',
  tsv: 'tab-separated text',
  json: 'a JSON array',
  jsonl: 'JSON objects one a line',
  parquet: 'Parquet',
  arrow: 'an Arrow file',
};

/** The format that can be told from the content alone. */
function formatOfContent(bytes: string): TableFormat | undefined {
  if (bytes.startsWith('PAR1')) return 'parquet';
  if (bytes.startsWith('ARROW1') || bytes.startsWith('\xff\xff\xff\xff')) return 'arrow';
  const text = bytes.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/^\[\s*(\{|\]|$)/.test(text)) return 'json';
  if (/^\{\s*("|\}|$)/.test(text)) return 'jsonl';
  return undefined;
}

/** Control characters other than line ends, tabs and form feeds do not occur at the beginning of a text file. */
const isText = (bytes: string): boolean =>
  [...bytes].every((character) => character >= ' ' || '\t\n\r\f'.includes(character));
