import { errorMessage } from '../errors.ts';
import type { ChunkInfo } from './parquet-footer.ts';
import { bytesOf, type ParquetKernel, Room } from './parquet-kernel.ts';
import { type Codecs, damaged, unsupported } from './parquet-source.ts';

type Codec = ChunkInfo['codec'];

/** No codec makes more of a byte; what claims to is damaged, and is found out before memory is taken. */
const SNAPPY_RATIO = 32;
const LZ4_RATIO = 256;

/** Unpacks pages into the memory of the kernels. */
export class Unpacker {
  private readonly kernel: ParquetKernel;
  private readonly codecs: Codecs;
  private readonly packedRoom: Room;

  constructor(kernel: ParquetKernel, codecs: Codecs) {
    this.kernel = kernel;
    this.codecs = codecs;
    this.packedRoom = new Room(kernel);
  }

  /**
   * Unpacks `packed` behind `prefix` (the levels of version 2 pages, which are never packed).
   *
   * @param size - bytes that `packed` must become
   * @returns the address of the prefix in `room`
   * @throws ActionError invalid-file
   */
  unpack(
    codec: Codec,
    prefix: Uint8Array,
    packed: Uint8Array,
    size: number,
    room: Room,
    where: string,
  ): number {
    const kernelCodec = codec === 'SNAPPY' || codec === 'LZ4' || codec === 'LZ4_RAW';
    if (kernelCodec && size > 0) return this.unpackInKernel(codec, prefix, packed, size, room, where);
    const body = size === 0 ? packed.subarray(0, 0) : this.unpackOutside(codec, packed, size, where);
    if (body.length !== size)
      throw damaged(where, `a page of ${body.length} bytes where ${size} are declared`);
    const at = room.reserve(prefix.length + size, where);
    const memory = bytesOf(this.kernel);
    memory.set(prefix, at);
    memory.set(body, at + prefix.length);
    return at;
  }

  private unpackOutside(codec: Codec, packed: Uint8Array, size: number, where: string): Uint8Array {
    if (codec === 'UNCOMPRESSED') return packed;
    const unpack = { GZIP: this.codecs.gzip, BROTLI: this.codecs.brotli, ZSTD: this.codecs.zstd }[
      codec as string
    ];
    if (unpack === undefined)
      throw unsupported(
        where,
        `packed with ${codec ?? 'an unknown codec'}, which cannot be read; write it with zstd or snappy`,
      );
    try {
      return unpack(packed, size);
    } catch (error) {
      throw damaged(where, `a page that is not ${codec} (${errorMessage(error)})`, error);
    }
  }

  private unpackInKernel(
    codec: Codec,
    prefix: Uint8Array,
    packed: Uint8Array,
    size: number,
    room: Room,
    where: string,
  ): number {
    const broken = () => damaged(where, `a page that is not ${codec}`);
    if (size > packed.length * (codec === 'SNAPPY' ? SNAPPY_RATIO : LZ4_RATIO) + 64) throw broken();
    const source = this.packedRoom.reserve(packed.length, where);
    bytesOf(this.kernel).set(packed, source);
    if (codec === 'SNAPPY' && this.kernel.snappyLength(source, packed.length) !== size) throw broken();
    const at = room.reserve(prefix.length + size, where);
    bytesOf(this.kernel).set(prefix, at);
    const out = at + prefix.length;
    const whole =
      codec === 'SNAPPY'
        ? this.kernel.snappy(source, packed.length, out, size) === 0
        : (codec === 'LZ4' && this.hadoopBlocks(packed, source, out, size)) ||
          this.kernel.lz4(source, packed.length, out, size, 0) === size;
    if (!whole) throw broken();
    return at;
  }

  /** The older LZ4: blocks with their two lengths (big-endian) in front. Some writers leave these out. */
  private hadoopBlocks(packed: Uint8Array, source: number, out: number, size: number): boolean {
    const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
    let [read, written] = [0, 0];
    while (packed.length - read > 8) {
      const [length, bytes] = [view.getUint32(read), view.getUint32(read + 4)];
      read += 8;
      if (bytes > packed.length - read || length > size - written) return false;
      if (this.kernel.lz4(source + read, bytes, out + written, length, 0) !== length) return false;
      read += bytes;
      written += length;
    }
    return read === packed.length && written === size;
  }

  release(): void {
    this.packedRoom.release();
  }
}
