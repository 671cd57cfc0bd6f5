import { parquetMetadata } from 'hyparquet/src/metadata.js';
import { ActionError, errorMessage } from '../errors.ts';
import { type ColumnSource, damaged, unsupported } from './parquet-source.ts';
import { ThriftError, ThriftReader } from './parquet-thrift.ts';

/** The description of the file in its footer. */
export type Footer = ReturnType<typeof parquetMetadata>;
/** Where the values of a column in one row group are. */
export type ChunkInfo = NonNullable<Footer['row_groups'][number]['columns'][number]['meta_data']>;

const MAX_FOOTER = 128 * 1024 * 1024;
const MAX_ROW_GROUPS = 100_000;
const MAX_LEAVES = 20_000;

/**
 * Reads and checks the footer. The bytes are checked to be Thrift first, because the library that makes sense of them
 * believes lengths and counts.
 *
 * @throws ActionError invalid-file, limit-exceeded
 */
export function readFooter(source: ColumnSource): { footer: Footer; footerStart: number } {
  const length = checkEnds(source);
  const footerStart = source.size - 8 - length;
  const bytes = new Uint8Array(source.read(footerStart, source.size));
  let footer: Footer;
  try {
    new ThriftReader(bytes.subarray(0, length)).skip(12);
    footer = parquetMetadata(bytes, { geoparquet: false, parsers: PARSERS });
  } catch (error) {
    const known = error instanceof ThriftError;
    throw damaged(
      source.name,
      `its footer ${known ? `cannot be read (${errorMessage(error)})` : 'lacks what it must have'}`,
      error,
    );
  }
  checkCounts(source.name, footer);
  return { footer, footerStart };
}

// Statistics are not used, so that nothing in them is worth an error.
const PARSERS = {
  stringFromBytes: () => '',
  dateFromDays: () => '',
  timestampFromMilliseconds: () => '',
  timestampFromMicroseconds: () => '',
  timestampFromNanoseconds: () => '',
  uuidFromBytes: () => '',
} as const;

function checkEnds(source: ColumnSource): number {
  const { name, size } = source;
  const text = (start: number) => String.fromCharCode(...source.read(start, start + 4));
  const [head, tail] = size >= 12 ? [text(0), text(size - 4)] : ['', ''];
  if (tail === 'PARE' || head === 'PARE')
    throw unsupported(name, 'an encrypted Parquet file, which cannot be read; write it without encryption');
  if (head !== 'PAR1' || tail !== 'PAR1')
    throw new ActionError(
      'invalid-file',
      `${name}: not a whole Parquet file: it must begin and end with PAR1; was the upload or download cut off?`,
    );
  const bytes = new Uint8Array(source.read(size - 8, size - 4));
  const length = new DataView(bytes.buffer).getUint32(0, true);
  if (length === 0 || length > size - 12)
    throw damaged(name, `a footer of ${length} bytes in a file of ${size}`);
  if (length > MAX_FOOTER)
    throw new ActionError(
      'limit-exceeded',
      `${name}: a footer of ${length} bytes, at most ${MAX_FOOTER} are read; write larger row groups`,
    );
  return length;
}

function checkCounts(name: string, footer: Footer): void {
  const leaves = footer.schema.filter((element) => element.type !== undefined).length;
  const over = (what: string, limit: number) =>
    new ActionError('limit-exceeded', `${name}: ${what}, at most ${limit} are read`);
  if (footer.row_groups.length > MAX_ROW_GROUPS)
    throw over(`${footer.row_groups.length} row groups`, MAX_ROW_GROUPS);
  if (leaves > MAX_LEAVES) throw over(`${leaves} columns`, MAX_LEAVES);
  let rows = 0n;
  for (const group of footer.row_groups) {
    if (!(group.num_rows >= 0n)) throw damaged(name, 'a row group with a negative number of rows');
    if (group.columns.length !== leaves)
      throw damaged(name, `a row group of ${group.columns.length} columns where the schema has ${leaves}`);
    rows += group.num_rows;
  }
  if (rows !== footer.num_rows)
    throw damaged(name, `the footer declares ${footer.num_rows} rows, the row groups ${rows}`);
  if (rows > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(name, `${rows} rows`);
}
