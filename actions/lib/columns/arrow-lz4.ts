import { bytesOf, type ParquetKernel, Room } from './parquet-kernel.ts';
import { damaged } from './parquet-source.ts';

const MAGIC = 0x184d2204;
const VERSION = 0b0100_0000;
const INDEPENDENT = 0b0010_0000;
const BLOCK_CHECKSUM = 0b0001_0000;
const CONTENT_SIZE = 0b0000_1000;
const DICTIONARY = 0b0000_0001;
const HISTORY = 65_536;
/** A byte of LZ4 stands for at most 255 others. */
const MAX_RATIO = 256;

/** Unpacks LZ4 frames. Their own checksums (xxHash) are not looked at; the length is. */
export class Lz4Frames {
  private readonly kernel: ParquetKernel;
  private readonly packed: Room;
  private readonly out: Room;

  constructor(kernel: ParquetKernel) {
    this.kernel = kernel;
    this.packed = new Room(kernel);
    this.out = new Room(kernel);
  }

  /**
   * @param size - bytes the frame must become
   * @throws ActionError invalid-file
   */
  unpack(bytes: Uint8Array, size: number, where: string): Uint8Array<ArrayBuffer> {
    const broken = () => damaged(where, 'a buffer that is not LZ4');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const frame = frameOf(view);
    if (frame === undefined || size > bytes.length * MAX_RATIO) throw broken();
    let at = frame.start;
    const source = this.packed.reserve(bytes.length, where);
    const out = this.out.reserve(size, where);
    bytesOf(this.kernel).set(bytes, source);
    let written = 0;
    for (;;) {
      if (bytes.length - at < 4) throw broken();
      const word = view.getUint32(at, true);
      at += 4;
      if (word === 0) break;
      const length = word & 0x7fff_ffff;
      if (length > bytes.length - at) throw broken();
      const history = frame.linked ? Math.min(written, HISTORY) : 0;
      written += this.block(
        source + at,
        length,
        word !== length,
        out + written,
        size - written,
        history,
        broken,
      );
      at += length + frame.checksum;
    }
    if (written !== size) throw broken();
    return bytesOf(this.kernel).slice(out, out + size) as Uint8Array<ArrayBuffer>;
  }

  private block(
    source: number,
    length: number,
    stored: boolean,
    out: number,
    room: number,
    history: number,
    broken: () => Error,
  ): number {
    if (stored) {
      if (length > room) throw broken();
      bytesOf(this.kernel).copyWithin(out, source, source + length);
      return length;
    }
    const written = this.kernel.lz4(source, length, out, room, history);
    if (written < 0) throw broken();
    return written;
  }

  release(): void {
    this.packed.release();
    this.out.release();
  }
}

/** What the frame says of its blocks; `undefined` when it is none, or needs a dictionary. */
function frameOf(view: DataView): { start: number; linked: boolean; checksum: number } | undefined {
  if (view.byteLength < 11 || view.getUint32(0, true) !== MAGIC) return undefined;
  const flags = view.getUint8(4);
  if ((flags & 0b1100_0000) !== VERSION || flags & DICTIONARY) return undefined;
  return {
    start: 7 + (flags & CONTENT_SIZE ? 8 : 0),
    linked: !(flags & INDEPENDENT),
    checksum: flags & BLOCK_CHECKSUM ? 4 : 0,
  };
}
