import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';

/** The fastest level: what is packed here is written once and read once. */
const LEVEL = 1;

/** Packs texts as one gzip file. Packing goes on beside the work that makes the next text. */
export async function gzipTexts(texts: Iterable<string>): Promise<Uint8Array> {
  const packed = Readable.from(texts, { objectMode: true }).pipe(
    createGzip({ level: LEVEL, chunkSize: 1 << 18 }),
  );
  const chunks: Uint8Array[] = [];
  for await (const chunk of packed) chunks.push(chunk);
  return Buffer.concat(chunks);
}
