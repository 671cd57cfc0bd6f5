import { ActionError } from '../errors.ts';
import { bytesSource } from './bytes-source.ts';
import { LIMITS } from './limits.ts';
import type { ByteSource, TableOptions } from './table.ts';

/** Whether bytes begin like a gzip stream. */
export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/**
 * The bytes of a file as the program that wrote them saw them: unpacked if its name ends in `.gz`.
 *
 * @throws ActionError invalid-file for a damaged archive, limit-exceeded for one that unpacks to absurd size
 */
export async function* unpackedBytes(source: ByteSource, options: TableOptions): AsyncIterable<Uint8Array> {
  if (!source.name.toLowerCase().endsWith('.gz')) {
    yield* source.stream();
    return;
  }
  if (options.gunzip === undefined)
    throw new ActionError('invalid-file', `${source.name}: gzip cannot be read here; unpack the file first`);
  const ceiling = Math.max(LIMITS.gzipFloor, source.size * LIMITS.gzipRatio);
  let size = 0;
  try {
    for await (const bytes of options.gunzip(source.stream())) {
      size += bytes.length;
      if (size > ceiling)
        throw new ActionError(
          'limit-exceeded',
          `${source.name}: unpacks to more than ${LIMITS.gzipRatio} times its size; this looks like a gzip bomb`,
        );
      yield bytes;
    }
  } catch (error) {
    if (error instanceof ActionError) throw error;
    throw new ActionError(
      'invalid-file',
      `${source.name}: damaged gzip file (${error instanceof Error ? error.message : String(error)}); write it again`,
      { cause: error },
    );
  }
}

/** A file with random access to its unpacked bytes; held in memory if it is packed. */
export async function unpackedFile(source: ByteSource, options: TableOptions): Promise<ByteSource> {
  if (!source.name.toLowerCase().endsWith('.gz')) return source;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const bytes of unpackedBytes(source, options)) {
    size += bytes.length;
    if (size > LIMITS.wholeFile)
      throw new ActionError(
        'limit-exceeded',
        `${source.name}: unpacks to more than ${LIMITS.wholeFile} bytes; Parquet compresses by itself, store it without gzip`,
      );
    chunks.push(bytes);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return bytesSource(source.name, whole);
}
