import type { ByteSource } from './table.ts';

/** A file that lies in memory. */
export const bytesSource = (name: string, bytes: Uint8Array): ByteSource => ({
  name,
  size: bytes.length,
  async *stream() {
    yield bytes;
  },
  slice: async (start, end) => bytes.subarray(start, end),
});
