import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Entry, ZipFile } from 'yauzl';
import { ActionError, errorMessage } from '../lib/errors.ts';
import { visibleText } from '../lib/report/visible-text.ts';

export interface UnzipLimits {
  readonly entries: number;
  /** Bytes written, all entries together. */
  readonly bytes: number;
  /** Bytes out for each byte in, over the whole archive. */
  readonly ratio: number;
}

const LIMITS: UnzipLimits = { entries: 10_000, bytes: 2 * 1024 ** 3, ratio: 200 };
/** Small archives may shrink further than the ratio without being a threat. */
const RATIO_FREE_BYTES = 8 * 1024 * 1024;
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;
const SYMLINK = 0o120000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;
const TYPE_MASK = 0o170000;

/**
 * Unpacks an archive into an empty folder. The whole archive is refused, before anything is written, for a single
 * entry that is not a plain file or folder with a plain relative name, or whose name another entry has too (case
 * and Unicode form aside); sizes are counted while writing, whatever the archive claims.
 *
 * @param what - name of the archive for messages
 * @throws ActionError invalid-file, limit-exceeded
 */
export async function unzip(
  archive: string,
  target: string,
  what: string,
  limits: UnzipLimits = LIMITS,
): Promise<void> {
  const yauzl = await import('yauzl');
  let zip: ZipFile | undefined;
  try {
    zip = await yauzl.openPromise(archive, { autoClose: false, strictFileNames: true, decodeStrings: true });
    const entries = await checkedEntries(zip, what, limits);
    const meter = new Meter(
      what,
      Math.min(limits.bytes, Math.max(RATIO_FREE_BYTES, zip.fileSize * limits.ratio)),
    );
    for (const entry of entries) await writeEntry(zip, entry, target, meter);
  } catch (cause) {
    if (cause instanceof ActionError) throw cause;
    throw new ActionError(
      'invalid-file',
      `${what}: not a sound zip archive: ${visibleText(errorMessage(cause))}`,
      { cause },
    );
  } finally {
    zip?.close();
  }
}

async function checkedEntries(zip: ZipFile, what: string, limits: UnzipLimits): Promise<readonly Entry[]> {
  if (zip.entryCount > limits.entries)
    throw new ActionError(
      'limit-exceeded',
      `${what}: ${zip.entryCount} entries, at most ${limits.entries} are unpacked`,
    );
  const entries: Entry[] = [];
  const names = new EntryNames();
  for await (const entry of zip.eachEntry()) {
    const why = unsafeEntry(entry) ?? names.add(entry.fileName);
    if (why)
      throw new ActionError(
        'invalid-file',
        `${what}: the entry "${visibleText(entry.fileName)}" ${why}; nothing was unpacked`,
      );
    entries.push(entry);
  }
  if (overlap(entries))
    throw new ActionError('invalid-file', `${what}: its entries overlap; nothing was unpacked`);
  return entries;
}

/** The names of an archive, as a file system sees them that knows neither case nor Unicode forms. */
class EntryNames {
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();

  /** @returns why the name cannot be taken in beside the earlier ones */
  add(name: string): string | undefined {
    const isFolder = name.endsWith('/');
    const key = name.replace(/\/$/, '').normalize('NFC').toLowerCase();
    const parts = key.split('/');
    const parents = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
    if (this.#files.has(key) || (!isFolder && this.#folders.has(key)))
      return 'has the same name as another one';
    if (parents.some((parent) => this.#files.has(parent))) return 'lies inside another entry that is a file';
    for (const folder of isFolder ? [...parents, key] : parents) this.#folders.add(folder);
    if (!isFolder) this.#files.add(key);
    return undefined;
  }
}

/** Entries that share bytes let a small archive unpack to any size. */
function overlap(entries: readonly Entry[]): boolean {
  let end = 0;
  const sorted = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  for (const { relativeOffsetOfLocalHeader: start, compressedSize } of sorted) {
    if (start < end) return true;
    end = start + compressedSize;
  }
  return false;
}

/** What is wrong with an entry by itself, as far as the directory of the archive tells. */
function unsafeEntry(entry: Entry): string | undefined {
  const name = entry.fileName;
  const mode = (entry.externalFileAttributes >>> 16) & TYPE_MASK;
  if (mode === SYMLINK) return 'is a symbolic link';
  if (![0, REGULAR, FOLDER].includes(mode)) return 'is neither a file nor a folder';
  if (entry.isEncrypted()) return 'is encrypted';
  return unsafeName(name);
}

const NAME_RULES: readonly (readonly [(name: string) => boolean, string])[] = [
  [(name) => /^([/\\]|[a-z]:)/i.test(name), 'has an absolute path'],
  [(name) => visibleText(name) !== name, 'has invisible characters in its name'],
  [(name) => name.length > 1_024, 'has a path of more than 1,024 characters'],
];

const PART_RULES: readonly (readonly [(part: string) => boolean, string])[] = [
  [(part) => ['', '.', '..'].includes(part), 'has a path that leaves the archive'],
  [
    (part) => WINDOWS_DEVICE.test(part) || /[. ]$|[<>:"|?*\\]/.test(part),
    'has a name that Windows cannot hold',
  ],
  [(part) => Buffer.byteLength(part) > 255, 'has a name of more than 255 bytes'],
];

function unsafeName(name: string): string | undefined {
  const parts = name.replace(/\/$/, '').split('/');
  return (
    NAME_RULES.find(([broken]) => broken(name))?.[1] ?? PART_RULES.find(([broken]) => parts.some(broken))?.[1]
  );
}

async function writeEntry(zip: ZipFile, entry: Entry, target: string, meter: Meter): Promise<void> {
  const path = join(target, entry.fileName);
  if (entry.fileName.endsWith('/')) {
    await mkdir(path, { recursive: true });
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  const source = await zip.openReadStreamPromise(entry);
  await pipeline(source, meter.count(), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
}

/** Counts the bytes of all entries and stops at the limit. */
class Meter {
  readonly #what: string;
  readonly #limit: number;
  #bytes = 0;

  constructor(what: string, limit: number) {
    this.#what = what;
    this.#limit = limit;
  }

  count(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.#bytes += chunk.length;
        if (this.#bytes <= this.#limit) done(null, chunk);
        else
          done(new ActionError('limit-exceeded', `${this.#what}: unpacks to more than ${this.#limit} bytes`));
      },
    });
  }
}
