import { ActionError, errorMessage } from '../errors.ts';
import type { ChunkInfo } from './parquet-footer.ts';
import { type PageHeader, readPageHeader } from './parquet-page-header.ts';
import { type Codecs, type ColumnSource, damaged } from './parquet-source.ts';
import { ThriftError } from './parquet-thrift.ts';

/** A page as stored. The bytes are valid until the next one is read. */
export interface StoredPage {
  readonly header: PageHeader;
  readonly body: Uint8Array;
}

/** Bytes that are read ahead for headers and small pages. */
const WINDOW = 64 * 1024;
const MAX_HEADER = 16 * 1024 * 1024;
const MAX_PAGE = 512 * 1024 * 1024;

/** Reads the pages of a column in a row group one after the other, holding one of them at a time. */
export class ChunkReader {
  private readonly source: ColumnSource;
  private readonly codecs: Codecs;
  private readonly where: string;
  private readonly end: number;
  private at: number;
  private window: Uint8Array = new Uint8Array(0);
  private windowStart = 0;

  /**
   * @param limit - the offset at which the footer begins
   * @throws ActionError invalid-file when the chunk does not lie within the file
   */
  constructor(source: ColumnSource, codecs: Codecs, info: ChunkInfo, limit: number, where: string) {
    this.source = source;
    this.codecs = codecs;
    this.where = where;
    const dictionary = Number(info.dictionary_page_offset ?? 0n);
    const data = Number(info.data_page_offset);
    this.at = dictionary > 0 && dictionary < data ? dictionary : data;
    this.end = this.at + Number(info.total_compressed_size);
    if (info.num_values > 0n && !(this.at >= 4 && this.end >= this.at && this.end <= limit))
      throw damaged(where, `its pages lie at bytes ${this.at} to ${this.end}, outside of the data`);
  }

  /** The next page of data or dictionary. */
  next(): StoredPage {
    for (;;) {
      if (this.at >= this.end) throw damaged(this.where, 'it ends before all of its values');
      const header = this.header();
      this.at += header.headerBytes;
      if (header.packedBytes > this.end - this.at)
        throw damaged(this.where, `a page of ${header.packedBytes} bytes reaches past the end of the column`);
      if (Math.max(header.unpackedBytes, header.packedBytes) > MAX_PAGE)
        throw new ActionError(
          'limit-exceeded',
          `${this.where}: a page of ${header.unpackedBytes} bytes, at most ${MAX_PAGE} are read; write smaller pages`,
        );
      const start = this.at;
      this.at += header.packedBytes;
      if (header.kind === 'other') continue;
      const body = this.bytes(start, this.at);
      if (header.crc !== undefined && this.codecs.crc32(body) >>> 0 !== header.crc >>> 0)
        throw damaged(this.where, 'the checksum of a page does not match its bytes');
      return { header, body };
    }
  }

  private header(): PageHeader {
    for (let size = WINDOW; ; size *= 8) {
      try {
        return readPageHeader(this.ahead(size), this.at - this.windowStart);
      } catch (error) {
        if (!(error instanceof ThriftError)) throw error;
        const more = this.windowStart + this.window.length < this.end || this.at > this.windowStart;
        if (!error.cutOff || !more || size > MAX_HEADER)
          throw damaged(this.where, `a page header that cannot be read (${errorMessage(error)})`, error);
        if (this.at > this.windowStart) this.fill(size);
      }
    }
  }

  /** Bytes from the current place, or those that are there already. */
  private ahead(size: number): Uint8Array {
    const held = this.windowStart + this.window.length - this.at;
    if (this.at < this.windowStart || held <= 0 || (size > WINDOW && held < size)) this.fill(size);
    return this.window;
  }

  private fill(size: number): void {
    this.window = new Uint8Array(this.source.read(this.at, Math.min(this.end, this.at + size)));
    this.windowStart = this.at;
  }

  private bytes(start: number, end: number): Uint8Array {
    const from = start - this.windowStart;
    if (from >= 0 && end <= this.windowStart + this.window.length)
      return this.window.subarray(from, end - this.windowStart);
    const bytes = this.source.read(start, end);
    if (bytes.length !== end - start) throw damaged(this.where, 'the file became shorter while it was read');
    return bytes;
  }
}
