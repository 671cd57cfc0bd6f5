/** Bytes of a file, or of an entry of an archive, read in ranges: models may be larger than memory. */
export interface ModelContent {
  /** Name for messages; what it ends in is only a hint. */
  readonly name: string;
  readonly size: number;
  /** Bytes `start` (inclusive) to `end` (exclusive); fewer where the content ends earlier. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** Content that lies in memory. */
export const bytesContent = (name: string, bytes: Uint8Array): ModelContent => ({
  name,
  size: bytes.length,
  read: async (start, end) => bytes.subarray(start, end),
});

/** A stretch of a content as a content of its own. */
export const contentPart = (whole: ModelContent, name: string, start: number, end: number): ModelContent => ({
  name,
  size: Math.max(0, Math.min(end, whole.size) - start),
  read: (from, to) => whole.read(start + from, Math.min(start + to, end)),
});

/** All bytes in order, in pieces. */
export async function* piecesOf(content: ModelContent, size = 256 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.size; at += size) {
    const piece = await content.read(at, Math.min(at + size, content.size));
    if (piece.length > 0) yield piece;
    if (piece.length < Math.min(size, content.size - at)) return;
  }
}

const BLOCK_BYTES = 1024 * 1024;
const BLOCKS = 4;

/** The same content with its latest blocks kept, for sources where every read opens a file. */
export function cachedContent(source: ModelContent): ModelContent {
  const blocks = new Map<number, Promise<Uint8Array>>();
  const block = (index: number): Promise<Uint8Array> => {
    const start = index * BLOCK_BYTES;
    const kept = blocks.get(index) ?? source.read(start, Math.min(start + BLOCK_BYTES, source.size));
    blocks.delete(index);
    blocks.set(index, kept);
    const [oldest] = blocks.keys();
    if (blocks.size > BLOCKS && oldest !== undefined) blocks.delete(oldest);
    return kept;
  };
  return {
    name: source.name,
    size: source.size,
    async read(start, end) {
      const last = Math.min(end, source.size);
      if (last <= start) return new Uint8Array();
      const from = Math.floor(start / BLOCK_BYTES);
      if (Math.floor((last - 1) / BLOCK_BYTES) !== from) return source.read(start, last);
      return (await block(from)).subarray(start - from * BLOCK_BYTES, last - from * BLOCK_BYTES);
    },
  };
}
