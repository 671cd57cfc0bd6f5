import { brotliDecompressSync, crc32, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Codecs } from '../../lib/columns/parquet-source.ts';

/** What Node brings to unpack the pages of typed formats; none gives more bytes than a page says it has. */
export const codecs: Codecs = {
  gzip: (packed, size) => gunzipSync(packed, { maxOutputLength: size }),
  brotli: (packed, size) => brotliDecompressSync(packed, { maxOutputLength: size }),
  zstd: (packed, size) => zstdDecompressSync(packed, { maxOutputLength: size }),
  crc32: (bytes) => crc32(bytes),
};
