import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { FileBytes } from '../../lib/columns/block-buffer.ts';
import type { ColumnSource } from '../../lib/columns/parquet-source.ts';
import { ActionError, errorMessage } from '../../lib/errors.ts';

/** A file on disk that is read at any place, at once: threads wait for their bytes anyhow, and streams cost thrice. */
export interface DiskFile extends FileBytes {
  readonly name: string;
  readonly size: number;
  /** The file as a reader of typed formats wants it. */
  source(): ColumnSource;
  close(): void;
}

/**
 * Opens a regular file.
 *
 * @param path - its real path; a link that took its place meanwhile is refused
 * @param name - for messages
 * @throws ActionError not-found, invalid-file
 */
export function openDisk(path: string, name: string): DiskFile {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const descriptor = attempt(name, () => openSync(path, flags));
  const entry = fstatSync(descriptor);
  if (!entry.isFile()) {
    closeSync(descriptor);
    throw new ActionError('invalid-file', `${name}: expected a file, found something else`);
  }
  const { size } = entry;
  const read = (into: Uint8Array, offset: number): number =>
    attempt(name, () => readFully(descriptor, into, offset));
  return {
    name,
    size,
    extent: () => size,
    read,
    source: () => sourceOf(name, size, read),
    close: () => closeSync(descriptor),
  };
}

function readFully(descriptor: number, into: Uint8Array, offset: number): number {
  let filled = 0;
  while (filled < into.length) {
    const count = readSync(descriptor, into, filled, into.length - filled, offset + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

function sourceOf(name: string, size: number, read: DiskFile['read']): ColumnSource {
  let room = new Uint8Array(0);
  return {
    name,
    size,
    read(start, end) {
      const length = Math.max(0, end - start);
      if (room.length < length) room = new Uint8Array(Math.ceil(length * 1.25));
      return room.subarray(0, read(room.subarray(0, length), start));
    },
  };
}

function attempt<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const missing = code === 'ENOENT';
    throw new ActionError(
      missing ? 'not-found' : 'invalid-file',
      `${name}: ${missing ? 'no such file' : errorMessage(cause)}`,
      { cause },
    );
  }
}
