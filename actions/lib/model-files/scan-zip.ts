import { entryPath, judgeNames } from './archive-entry.ts';
import { contentPart, type ModelContent } from './content.ts';
import { placeOf, quoted, type ScanContext, type Scanner, Unreadable } from './scan-context.ts';
import { unpackedContent } from './unpacked-content.ts';
import {
  gapsBetween,
  type PlacedEntry,
  placeEntry,
  readZipDirectory,
  type ZipEntry,
} from './zip-directory.ts';
import { kindOfZip, type ZipKind } from './zip-kinds.ts';

const STORED = 0;
const DEFLATED = 8;
const METHODS: ReadonlyMap<number, string> = new Map([
  [9, 'Deflate64'],
  [12, 'bzip2'],
  [14, 'LZMA'],
  [93, 'Zstandard'],
  [95, 'XZ'],
]);

/** A zip archive: every entry is scanned, whatever the archive is for and whatever it says of itself. */
export const scanZip: Scanner = async (content, context) => {
  const directory = await readZipDirectory(content, context.budget.limits.whole);
  const { report, path } = context;
  if (directory.entries.length === 0) throw new Unreadable('not-a-model', 'an archive without entries');
  judgeNames(directory.entries, context);
  if (directory.prefix > 0)
    report.problem(
      'hidden-bytes',
      placeOf(path, 0),
      `${directory.prefix} bytes stand before the zip archive`,
    );
  if (directory.end < content.size)
    report.problem(
      'hidden-bytes',
      placeOf(path, directory.end),
      `${content.size - directory.end} bytes follow the zip archive`,
    );
  if (!directory.agrees)
    report.problem('inconsistent-archive', path, 'its two records of where the directory lies disagree');
  const kind = kindOfZip(directory.entries.map(({ name }) => name));
  const placed: PlacedEntry[] = [];
  for (const entry of directory.entries) {
    context.budget.entry();
    const at = await scanEntry(content, entry, kind, context);
    if (at !== undefined) placed.push(at);
  }
  const { gaps, overlaps } = gapsBetween(placed, directory);
  if (overlaps) report.problem('inconsistent-archive', path, 'entries of the archive overlap');
  for (const gap of placed.length === directory.entries.length ? gaps : [])
    report.problem(
      'hidden-bytes',
      placeOf(path, gap),
      'bytes between the entries that the directory does not list',
    );
  return kind.format;
};

/** Scans one entry; what is wrong with it does not keep the others from being scanned. */
async function scanEntry(
  content: ModelContent,
  entry: ZipEntry,
  kind: ZipKind,
  context: ScanContext,
): Promise<PlacedEntry | undefined> {
  const path = entryPath(context.path, entry.name);
  const inside: ScanContext = { ...context, path };
  try {
    const placed = await placeEntry(content, entry);
    if (placed.contradictions.length > 0)
      context.report.problem(
        'inconsistent-archive',
        path,
        `its own header says ${placed.contradictions.join(', ')} and not what the directory of the archive says`,
      );
    // Readers that know nothing of encryption read such an entry as it is, so it is scanned as well.
    if (entry.isEncrypted) context.report.problem('encrypted', path, 'is marked as encrypted');
    if (!entry.name.endsWith('/') || entry.size > 0) await scanData(content, placed, kind, inside);
    return placed;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    if (error.kind === 'limit' && context.budget.isSpent) throw error;
    context.report.problem(error.kind, placeOf(path, error.at), error.message);
    return undefined;
  }
}

async function scanData(
  content: ModelContent,
  entry: PlacedEntry,
  kind: ZipKind,
  context: ScanContext,
): Promise<void> {
  const packed = contentPart(content, entry.name, entry.dataAt, entry.dataAt + entry.packedSize);
  if (entry.method === STORED) {
    if (entry.size !== entry.packedSize)
      context.report.problem(
        'inconsistent-archive',
        context.path,
        'is stored with a size that is not its size',
      );
    await kind.scan(entry.name, packed, context);
    return;
  }
  if (entry.method !== DEFLATED)
    throw new Unreadable(
      'unsupported-compression',
      `is compressed with ${METHODS.get(entry.method) ?? `method ${entry.method}`}, which is not unpacked here; store it or deflate it`,
    );
  const unpacked = await unpackedContent(packed, 'deflate-raw', entry.name, context);
  if (unpacked.size !== entry.size)
    context.report.problem(
      'inconsistent-archive',
      context.path,
      `unpacks to ${unpacked.size} bytes and not to ${entry.size}, as the archive says of ${quoted(entry.name)}`,
    );
  await kind.scan(entry.name, unpacked, context);
}
