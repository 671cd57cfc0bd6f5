import { ActionError } from '../errors.ts';
import { openCsv } from './csv-reader.ts';
import { decodedText } from './decode-text.ts';
import { detectFormat, HEAD_BYTES } from './detect-format.ts';
import { openJson } from './json-reader.ts';
import { openParquet } from './parquet-reader.ts';
import type { ByteSource, ReaderNote, TableOptions, TableReader } from './table.ts';
import { unpackedBytes, unpackedFile } from './unpack.ts';

/**
 * Opens a table of any format for reading once, batch by batch.
 *
 * @throws ActionError invalid-file when the file is not what its name or the options say, or is damaged;
 *   limit-exceeded when it is larger than any table should be. Reading the batches throws the same.
 */
export async function openTable(source: ByteSource, options: TableOptions = {}): Promise<TableReader> {
  const format = detectFormat(source.name, await headOf(source, options), options.format ?? 'auto');
  const notes: ReaderNote[] = [];
  const texts = (to: ReaderNote[]) => decodedText(source.name, unpackedBytes(source, options), to);
  switch (format) {
    case 'csv':
    case 'tsv':
      return openCsv(source.name, texts(notes), notes, { ...options, format });
    case 'json':
    case 'jsonl':
      return openJson(source.name, texts, notes, { ...options, format });
    case 'parquet':
      return openParquet(await unpackedFile(source, options), notes, options);
    case 'arrow':
      throw new ActionError(
        'invalid-file',
        `${source.name}: an Arrow file; only validate-data reads these, convert it to Parquet here`,
      );
    default:
      return format satisfies never;
  }
}

async function headOf(source: ByteSource, options: TableOptions): Promise<Uint8Array> {
  const parts: number[] = [];
  for await (const bytes of unpackedBytes(source, options)) {
    for (const byte of bytes.subarray(0, HEAD_BYTES - parts.length)) parts.push(byte);
    if (parts.length >= HEAD_BYTES) break;
  }
  return Uint8Array.from(parts);
}
