import { brotliDecompressSync, crc32, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Codecs } from '../../lib/columns/parquet-source.ts';

/** One output buffer of the size that a page says it has: no more is given, and none is copied together. */
const capped = (size: number) => ({ maxOutputLength: size, chunkSize: Math.max(64, size) });

/** What Node brings to unpack the pages of typed formats; none gives more bytes than a page says it has. */
export const codecs: Codecs = {
  gzip: (packed, size) => gunzipSync(packed, capped(size)),
  brotli: (packed, size) => brotliDecompressSync(packed, capped(size)),
  zstd: (packed, size) => zstdDecompressSync(packed, capped(size)),
  crc32: (bytes) => crc32(bytes),
};
