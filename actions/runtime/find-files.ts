import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ActionError, errorMessage } from '../lib/errors.ts';
import { type GlobSegment, isGlob, matchesSegment, parseGlob } from './glob.ts';

/** How far a search may go. */
interface SearchLimits {
  readonly files: number;
  /** Entries looked at, found or not: keeps a pattern such as `**` on a huge tree from running for hours. */
  readonly entries: number;
}

const LIMITS: SearchLimits = { files: 100_000, entries: 2_000_000 };

export interface FindOptions {
  /** Relative patterns start here, and results are relative to it. */
  readonly root: string;
  readonly pattern: string;
  /** The real path behind a path. @throws ActionError outside-workspace */
  readonly confine: (path: string) => Promise<string>;
  readonly limits?: SearchLimits;
  /** What the system writes between the names of a path; on Windows patterns may be written with either. */
  readonly separator?: string;
}

interface Search extends FindOptions {
  readonly limits: SearchLimits;
  readonly found: Set<string>;
  entries: number;
}

/**
 * Regular files that a path or pattern leads to, sorted by code units, relative to the root where they lie in it,
 * with `/` on every system. A folder means all files below it. Hidden files and folders are found only where the
 * pattern names the dot; links to folders are followed only where the pattern names them.
 *
 * @throws ActionError outside-workspace, limit-exceeded over 100,000 files or 2,000,000 entries looked at,
 *   invalid-input for a bad pattern
 */
export async function findFiles(options: FindOptions): Promise<readonly string[]> {
  const search: Search = { limits: LIMITS, ...options, found: new Set(), entries: 0 };
  const { separator = sep } = options;
  const pattern = separator === '\\' ? options.pattern.replaceAll('\\', '/') : options.pattern;
  // A file whose name looks like a pattern is meant literally.
  if (!isGlob(pattern) || (await isFile(search, resolve(options.root, pattern)))) {
    await collect(search, resolve(options.root, pattern));
  } else {
    for (const segments of choicesOf(pattern)) {
      const absolute = isAbsolute(pattern);
      await walk(search, absolute ? resolve('/') : options.root, absolute ? segments.slice(1) : segments);
    }
  }
  return [...search.found]
    .map((path) => {
      const way = relative(options.root, path);
      return (way.startsWith('..') || isAbsolute(way) ? path : way).split(sep).join('/');
    })
    .sort((a, b) => (a < b ? -1 : 1));
}

function choicesOf(pattern: string): readonly (readonly GlobSegment[])[] {
  try {
    return parseGlob(pattern);
  } catch (cause) {
    throw new ActionError('invalid-input', `${pattern}: ${errorMessage(cause)}`, { cause });
  }
}

async function walk(search: Search, folder: string, segments: readonly GlobSegment[]): Promise<void> {
  const [first, ...rest] = segments;
  switch (first?.kind) {
    case undefined:
      return collect(search, folder);
    case 'name':
      return walk(search, join(folder, first.name), rest);
    case 'match':
      return walkMatches(search, folder, first.pattern, rest);
    case 'folders':
      if (rest.length === 0) return collectBelow(search, folder);
      await walk(search, folder, rest);
      for (const path of await foldersIn(search, folder)) await walk(search, path, segments);
      return;
    default:
      return first satisfies never;
  }
}

async function walkMatches(
  search: Search,
  folder: string,
  pattern: string,
  rest: readonly GlobSegment[],
): Promise<void> {
  for (const entry of await entriesOf(search, folder)) {
    if (!matchesSegment(pattern, entry.name)) continue;
    const path = join(folder, entry.name);
    // A folder is only passed through: `data/*` does not mean what lies deeper.
    if (rest.length > 0) await walk(search, path, rest);
    else if (!entry.isDirectory()) await collect(search, path);
  }
}

/** Adds a file, or all files below a folder. */
async function collect(search: Search, path: string): Promise<void> {
  const entry = await stat(await search.confine(path)).catch(() => undefined);
  if (entry?.isFile()) add(search, path);
  else if (entry?.isDirectory()) await collectBelow(search, path);
}

async function collectBelow(search: Search, folder: string): Promise<void> {
  for (const entry of await entriesOf(search, folder)) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) continue;
    if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(search, path)))) add(search, path);
  }
  for (const path of await foldersIn(search, folder)) await collectBelow(search, path);
}

const foldersIn = async (search: Search, folder: string): Promise<readonly string[]> =>
  (await entriesOf(search, folder))
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => join(folder, entry.name));

const isFile = async (search: Search, path: string): Promise<boolean> =>
  (await stat(await search.confine(path)).catch(() => undefined))?.isFile() === true;

async function entriesOf(search: Search, folder: string): Promise<readonly Dirent[]> {
  const entries = await readdir(await search.confine(folder), { withFileTypes: true }).catch(() => []);
  search.entries += entries.length;
  if (search.entries > search.limits.entries)
    throw new ActionError(
      'limit-exceeded',
      `${search.pattern}: more than ${search.limits.entries} entries to look through; name a narrower folder`,
    );
  return entries;
}

function add(search: Search, path: string): void {
  search.found.add(path);
  if (search.found.size > search.limits.files)
    throw new ActionError(
      'limit-exceeded',
      `${search.pattern}: more than ${search.limits.files} files; name fewer`,
    );
}
