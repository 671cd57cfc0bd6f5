import { quoted, type ScanContext } from './scan-context.ts';

const TYPE_MASK = 0o170000;
const SYMLINK = 0o120000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;

/** Why an entry of an archive would not stay in the folder it is unpacked to. */
export function escapeOf(name: string, mode = 0): string | undefined {
  const type = mode & TYPE_MASK;
  if (type === SYMLINK) return 'is a symbolic link';
  if (![0, REGULAR, FOLDER].includes(type)) return 'is neither a file nor a folder';
  if (/^([/\\]|[a-zA-Z]:)/.test(name)) return 'has an absolute path';
  if (name.includes('\0')) return 'has a NUL in its name';
  return name.split(/[/\\]/).includes('..') ? 'has a path that leaves the archive' : undefined;
}

/** Reports what is wrong with the names of an archive's entries. */
export function judgeNames(
  entries: readonly { readonly name: string; readonly mode?: number }[],
  { report, path }: ScanContext,
): void {
  const seen = new Set<string>();
  for (const { name, mode } of entries) {
    const why = escapeOf(name, mode);
    if (why !== undefined)
      report.problem('unsafe-entry', path, `the entry ${quoted(name)} ${why}; do not unpack it`);
    const key = name.normalize('NFC').toLowerCase();
    if (seen.has(key))
      report.problem(
        'inconsistent-archive',
        path,
        `there are two entries ${quoted(name)}; which one is read depends on the program`,
      );
    seen.add(key);
  }
}

/** The way to an entry inside the contents that are around it. */
export const entryPath = (outer: string, name: string): string =>
  outer === '' ? JSON.parse(quoted(name)) : `${outer} › ${JSON.parse(quoted(name))}`;
