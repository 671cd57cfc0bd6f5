import { randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, mkdtemp, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ActionError, errorMessage } from '../lib/errors.ts';
import type { ByteSource } from '../lib/tabular/table.ts';
import { findFiles } from './find-files.ts';
import type { Workspace } from './runtime.ts';

const DEFAULT_LIMIT = 64 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;

/** Where a workspace lies and what it may reach besides. */
export interface WorkspaceOptions {
  /** The checked-out repository. */
  readonly root: string;
  /** The runner's temporary folder. */
  readonly temp: string;
  /** Folders that may be read as well, such as the action's own. */
  readonly readable?: readonly string[];
  readonly redact: (text: string) => string;
}

/** A workspace that can take away what it left in the temporary folder. */
export interface OwnedWorkspace extends Workspace {
  /** Removes every folder `temporaryFolder` made. */
  removeTemporaryFolders(): Promise<void>;
}

/** Files on disk, held inside the workspace and the temporary folder by the real paths of both. */
export function createWorkspace(options: WorkspaceOptions): OwnedWorkspace {
  const folders: string[] = [];
  const inside = confine(options);

  const openRegular = async (path: string): Promise<{ handle: FileHandle; size: number }> => {
    const real = await inside(path, 'read');
    // Neither a link that took the file's place meanwhile nor a pipe that would never answer.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    const handle = await open(real, flags).catch((cause: unknown) => {
      throw fileError(path, cause);
    });
    const entry = await handle.stat();
    if (entry.isFile()) return { handle, size: entry.size };
    await handle.close();
    throw new ActionError('invalid-file', `${path}: expected a file, found ${kindOf(entry)}`);
  };

  const read = async (path: string, limit = DEFAULT_LIMIT): Promise<Uint8Array> => {
    const { handle, size } = await openRegular(path);
    try {
      if (size > limit)
        throw new ActionError('limit-exceeded', `${path}: ${size} bytes, at most ${limit} are read`);
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  };

  return {
    resolve: (path) => inside(path, 'read'),
    read,
    readText: async (path, limit) => decodeUtf8(await read(path, limit), path),
    exists: async (path) => (await stat(await inside(path, 'read')).catch(() => undefined)) !== undefined,
    async open(path) {
      const { handle, size } = await openRegular(path);
      await handle.close();
      return byteSource(path, size, () => openRegular(path));
    },
    glob: (pattern) => findFiles({ root: options.root, pattern, confine: (path) => inside(path, 'read') }),
    async write(path, content) {
      const target = await inside(path, 'write');
      await writeWhole(target, typeof content === 'string' ? options.redact(content) : content).catch(
        (cause: unknown) => {
          throw fileError(path, cause, 'write');
        },
      );
    },
    async remove(path) {
      await rm(await inside(path, 'write'), { force: true }).catch((cause: unknown) => {
        throw fileError(path, cause, 'write');
      });
    },
    async temporaryFolder(label) {
      await mkdir(options.temp, { recursive: true });
      const folder = await mkdtemp(
        join(await realpath(options.temp), `mlops-${label.replace(/[^a-z0-9-]/gi, '-')}-`),
      );
      folders.push(folder);
      return folder;
    },
    async removeTemporaryFolders() {
      for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The real path behind a path, which must lie in one of the permitted folders. */
function confine(options: WorkspaceOptions): (path: string, purpose: 'read' | 'write') => Promise<string> {
  const writable = [options.root, options.temp];
  const readable = [...writable, ...(options.readable ?? [])];
  return async (path, purpose) => {
    if (path.includes('\0')) throw new ActionError('invalid-input', `${JSON.stringify(path)}: not a path`);
    const real = await realPath(resolve(options.root, path));
    for (const folder of purpose === 'write' ? writable : readable)
      if (contains(await realPath(folder), real)) return real;
    throw new ActionError(
      'outside-workspace',
      `${path}: leads to ${real}, outside the workspace and the runner's temporary folder; only files inside them are used`,
    );
  };
}

const contains = (folder: string, path: string): boolean => {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
};

/** The real path of the deepest part that exists, with the rest as written. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const parent = dirname(path);
    if (parent === path || codeOf(error) !== 'ENOENT') throw fileError(path, error);
    // A link to nothing would be followed by whoever writes there later.
    if (await lstat(path).catch(() => undefined))
      throw new ActionError('invalid-file', `${path}: a symbolic link that leads nowhere`, { cause: error });
    return join(await realPath(parent), basename(path));
  }
}

function byteSource(
  name: string,
  size: number,
  openAgain: () => Promise<{ handle: FileHandle }>,
): ByteSource {
  return {
    name,
    size,
    async *stream() {
      const { handle } = await openAgain();
      try {
        for (;;) {
          const buffer = new Uint8Array(CHUNK_BYTES);
          const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES);
          if (bytesRead === 0) return;
          yield buffer.subarray(0, bytesRead);
        }
      } finally {
        await handle.close();
      }
    },
    async slice(start, end) {
      const { handle } = await openAgain();
      try {
        const buffer = new Uint8Array(Math.max(0, Math.min(end, size) - start));
        let filled = 0;
        while (filled < buffer.length) {
          const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, start + filled);
          if (bytesRead === 0)
            throw new ActionError('invalid-file', `${name}: became shorter while it was read`);
          filled += bytesRead;
        }
        return buffer;
      } finally {
        await handle.close();
      }
    },
  };
}

async function writeWhole(target: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const draft = `${target}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, 'wx');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

function decodeUtf8(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ActionError('invalid-file', `${path}: not UTF-8 text`, { cause });
  }
}

const FILE_ERRORS: Readonly<
  Record<string, readonly ['not-found' | 'invalid-file' | 'limit-exceeded', string]>
> = {
  ENOENT: ['not-found', 'no such file'],
  ENOTDIR: ['not-found', 'no such file: a part of the path is a file, not a folder'],
  EISDIR: ['invalid-file', 'expected a file, found a folder'],
  ELOOP: ['invalid-file', 'a symbolic link, or links that lead in a circle'],
  EACCES: ['invalid-file', 'permission denied'],
  EPERM: ['invalid-file', 'permission denied'],
  EROFS: ['invalid-file', 'the file system is read-only'],
  ENXIO: ['invalid-file', 'expected a file, found a device or a pipe'],
  ENAMETOOLONG: ['invalid-file', 'the name is too long'],
  ENOSPC: ['limit-exceeded', 'no space left on the disk'],
  EDQUOT: ['limit-exceeded', 'no space left in the quota'],
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const MAY_NOT = new Set(['EACCES', 'EPERM', 'EROFS']);

/** What went wrong with a file, in our words; what is one of our errors already stays what it is. */
export function fileError(path: string, cause: unknown, purpose: 'read' | 'write' = 'read'): unknown {
  if (cause instanceof ActionError) return cause;
  const code = codeOf(cause);
  const known = FILE_ERRORS[code];
  const advice =
    purpose === 'write' && MAY_NOT.has(code)
      ? "; set output-dir to a folder that can be written to, such as one in the runner's temporary folder"
      : '';
  return new ActionError(
    known?.[0] ?? 'invalid-file',
    `${path}: ${known?.[1] ?? errorMessage(cause)}${advice}`,
    { cause },
  );
}

const kindOf = (entry: Stats): string => {
  if (entry.isDirectory()) return 'a folder';
  if (entry.isFIFO()) return 'a pipe';
  return entry.isSocket() ? 'a socket' : 'a device';
};
