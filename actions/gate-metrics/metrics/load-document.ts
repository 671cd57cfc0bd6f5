import { sha256 } from '../../lib/digest.ts';
import type { MetricsDocument, ScoredRow } from '../../lib/documents/metrics.ts';
import { ActionError } from '../../lib/errors.ts';
import type { MetricsView } from '../../lib/policy/metrics-view.ts';
import { loadDocument } from '../../runtime/documents.ts';
import { type LocatedFile, locate, parseLocation } from '../../runtime/locations.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { besidePath } from '../paths.ts';
import { readScoredRows } from './scored-rows.ts';

const ROWS_LIMIT = 512 * 1024 * 1024;

/** A metrics document with its rows, where they lie beside it. */
export type LoadedDocument = { readonly document: MetricsDocument } & Pick<
  MetricsView,
  'rows' | 'rowsDigest'
>;

/**
 * A metrics document of evaluate-model and the rows it names.
 *
 * @param files - what else the location led to
 * @throws ActionError invalid-document, invalid-file, digest-mismatch, limit-exceeded
 */
export async function loadMetricsDocument(
  runtime: Runtime,
  file: LocatedFile,
  files: readonly LocatedFile[],
): Promise<LoadedDocument> {
  const { document } = await loadDocument<MetricsDocument>(runtime, 'metrics', file);
  return { document, ...(await loadRows(runtime, document, file, files)) };
}

async function loadRows(
  runtime: Runtime,
  document: MetricsDocument,
  file: LocatedFile,
  files: readonly LocatedFile[],
): Promise<Pick<MetricsView, 'rows' | 'rowsDigest'>> {
  const none = { rows: undefined, rowsDigest: undefined };
  if (document.files.rows === undefined) return none;
  const rowsFile = await besides(runtime, file, document.files.rows, files);
  if (rowsFile === undefined) {
    runtime.log.notice(
      `${file.location}: ${document.files.rows}, which ${file.name} names, is not beside it; comparisons will be unpaired.`,
    );
    return none;
  }
  const bytes = await runtime.files.read(rowsFile.path, ROWS_LIMIT);
  const rowsDigest = sha256(bytes);
  const promised = document.subjects.find(({ role }) => role === 'rows')?.digest;
  if (promised !== undefined && promised !== rowsDigest)
    throw new ActionError(
      'digest-mismatch',
      `${rowsFile.name}: ${file.name} was written with rows ${promised}, these are ${rowsDigest}; evaluate again`,
    );
  const rows: readonly ScoredRow[] = await readScoredRows(bytes, rowsFile.name);
  return { rows, rowsDigest };
}

/** A file named relative to another one: of the same artifact or folder, release or commit. */
async function besides(
  runtime: Runtime,
  file: LocatedFile,
  relative: string,
  files: readonly LocatedFile[],
): Promise<LocatedFile | undefined> {
  const name = besidePath(file.name, relative);
  const sibling = files.find((other) => other.name === name);
  if (sibling !== undefined) return sibling;
  const location = parseLocation(file.location);
  const elsewhere = {
    path: name,
    artifact: undefined,
    release: location.kind === 'release' ? `release:${location.tag}/${relative}` : undefined,
    git: location.kind === 'git' ? `git:${location.ref}:${name}` : undefined,
  }[location.kind];
  if (elsewhere === undefined) return undefined;
  try {
    return (await locate(runtime, elsewhere))[0];
  } catch (error) {
    if (error instanceof ActionError && error.code === 'not-found') return undefined;
    throw error;
  }
}
