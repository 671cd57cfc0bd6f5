import { ActionError } from '../errors.ts';

/** A file that can be read at any place, at once. */
export interface ColumnSource {
  /** Name for messages. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes `start` (inclusive) to `end` (exclusive), valid until the next call. */
  read(start: number, end: number): Uint8Array;
}

/** Functions of the platform that unpack and check; all throw on damaged input. */
export interface Codecs {
  /** Unpacks to at most `size` bytes. */
  readonly gzip: (packed: Uint8Array, size: number) => Uint8Array;
  readonly brotli: (packed: Uint8Array, size: number) => Uint8Array;
  readonly zstd: (packed: Uint8Array, size: number) => Uint8Array;
  /** CRC-32 as in gzip, as an unsigned number. */
  readonly crc32: (bytes: Uint8Array) => number;
}

/** A file that breaks its format; `where` names the file and, as far as known, column and row group. */
export const damaged = (where: string, what: string, cause?: unknown): ActionError =>
  new ActionError(
    'invalid-file',
    `${where}: damaged file: ${what}; write or fetch it again`,
    cause === undefined ? undefined : { cause },
  );

/** A part of a format that is not read. */
export const unsupported = (where: string, what: string): ActionError =>
  new ActionError('invalid-file', `${where}: ${what}`);

/** A place in the file for messages. */
export const placeOf = (name: string, column: string, group: number): string =>
  `${name}: column ${JSON.stringify(column)}, row group ${group + 1}`;
