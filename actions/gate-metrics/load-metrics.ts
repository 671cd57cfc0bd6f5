import { sha256 } from '../lib/digest.ts';
import type { MetricsDocument, ScoredRow } from '../lib/documents/metrics.ts';
import { ActionError } from '../lib/errors.ts';
import { parseMetricsText, readFlatMetrics } from '../lib/policy/flat-metrics.ts';
import { entriesOf, type MetricsView } from '../lib/policy/metrics-view.ts';
import { loadDocument } from '../runtime/documents.ts';
import { type LocatedFile, locate, parseLocation } from '../runtime/locations.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { baseName, besidePath } from './paths.ts';
import { readScoredRows } from './scored-rows.ts';

const ROWS_LIMIT = 512 * 1024 * 1024;

/**
 * The metrics a location leads to: a metrics document with its rows where they lie beside it, or flat JSON.
 *
 * @throws ActionError not-found, invalid-file, invalid-document, digest-mismatch
 */
export async function loadMetrics(runtime: Runtime, location: string): Promise<MetricsView> {
  const files = await locate(runtime, location);
  const file = metricsFile(files, location);
  const text = await runtime.files.readText(file.path);
  const parsed = parseMetricsText(text, file.name);
  const digest = sha256(text);
  if (!isDocument(parsed.value))
    return {
      location,
      digest,
      entries: readFlatMetrics(parsed),
      document: undefined,
      rows: undefined,
      rowsDigest: undefined,
    };
  const { document } = await loadDocument<MetricsDocument>(runtime, 'metrics', file);
  return {
    location,
    digest,
    entries: entriesOf(document),
    document,
    ...(await loadRows(runtime, document, file, files)),
  };
}

/**
 * The metrics to compare with. An artifact, release or commit that is not there yet is no baseline, with a notice:
 * `on-no-baseline` says what that means. A path that is not there is a mistake.
 *
 * @throws ActionError as `loadMetrics`
 */
export async function loadBaseline(
  runtime: Runtime,
  location: string | undefined,
): Promise<MetricsView | undefined> {
  if (location === undefined) return undefined;
  try {
    return await loadMetrics(runtime, location);
  } catch (error) {
    const absent = error instanceof ActionError && error.code === 'not-found';
    if (!absent || parseLocation(location).kind === 'path') throw error;
    runtime.log.notice(`There is no baseline: ${error.message}`);
    return undefined;
  }
}

/** One file is taken whatever its name; of several, the one named metrics.json. */
function metricsFile(files: readonly LocatedFile[], location: string): LocatedFile {
  const named = files.filter(({ name }) => baseName(name) === 'metrics.json');
  const [found, another] = files.length === 1 ? files : named;
  if (found === undefined)
    throw new ActionError(
      'not-found',
      `${location}: expected one file, or a metrics.json among several; found ${files.map(({ name }) => name).join(', ')}`,
    );
  if (another !== undefined)
    throw new ActionError(
      'invalid-input',
      `${location}: expected one metrics.json, found ${named.map(({ name }) => name).join(', ')}`,
    );
  return found;
}

const isDocument = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'schema' in value && typeof value.schema === 'string';

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
