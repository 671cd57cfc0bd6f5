import { ActionError } from '../../lib/errors.ts';
import { FILE_FORMATS, FOLDER_FORMATS, type FormatRequest } from '../../lib/metric-formats/catalog.ts';
import type { FolderFormat } from '../../lib/metric-formats/format.ts';
import { readSource } from '../../lib/metric-formats/read-source.ts';
import { formatsOf } from '../../lib/metric-formats/recognise.ts';
import { isGlob } from '../../runtime/glob.ts';
import { type LocatedFile, locate, parseLocation } from '../../runtime/locations.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { baseName, repositoryPath } from '../paths.ts';

/** One evaluation's metrics, before they are read. */
export type MetricsInput =
  | {
      readonly kind: 'file';
      readonly file: LocatedFile;
      /** All files the location led to: of the same folder, artifact, release or commit. */
      readonly files: readonly LocatedFile[];
    }
  | { readonly kind: 'folder'; readonly format: FolderFormat; readonly files: readonly LocatedFile[] };

/** A location, and how many inputs it may lead to where nobody counted them. */
export interface InputSearch {
  readonly location: string;
  readonly request: FormatRequest;
  /** Whether several candidates of one folder or artifact are all wanted, because their number is known. */
  readonly several: boolean;
}

/** Files of a folder that are looked into to find the one with metrics; more is no folder of results. */
const LOOKED_INTO = 200;
const LOOKED_INTO_BYTES = 16 * 1024 * 1024;
/** What may hold metrics, where a folder holds other things too. */
const TEXTS = /\.(json|ya?ml|toml|csv|tsv|xml|js|md)$/i;

/**
 * The inputs a location leads to: every file that a pattern matches or a path names, and of a folder or an artifact
 * the one thing in it that holds metrics.
 *
 * @throws ActionError not-found, invalid-input when a folder holds several candidates, as `locate`
 */
export async function metricsInputs(runtime: Runtime, search: InputSearch): Promise<readonly MetricsInput[]> {
  const files = await locate(runtime, search.location);
  const asked = search.request.format;
  if (asked?.kind === 'folder') return onlyOne(folderInputs(asked, files), search, files);
  if (!isContainer(search.location, files))
    return withoutCompanions(files).map((file) => ({ kind: 'file', file, files }));
  return onlyOne(await candidates(runtime, search, files), search, files);
}

/** The files that hold metrics, where a pattern matches what is read beside them too. */
function withoutCompanions(files: readonly LocatedFile[]): readonly LocatedFile[] {
  const main = files.filter(({ name }) => !FILE_FORMATS.some(({ beside }) => beside?.test(name)));
  return main.length > 0 ? main : files;
}

/** Whether a location is a folder or an artifact, of which one file is meant. */
function isContainer(location: string, files: readonly LocatedFile[]): boolean {
  const parsed = parseLocation(location);
  if (parsed.kind === 'artifact') return true;
  if (parsed.kind !== 'path') return false;
  const [file, ...more] = files;
  if (more.length === 0 && file?.name === (repositoryPath(parsed.pattern) ?? parsed.pattern)) return false;
  return !isGlob(parsed.pattern);
}

function folderInputs(format: FolderFormat, files: readonly LocatedFile[]): readonly MetricsInput[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  return format.find([...byName.keys()]).map((found) => ({
    kind: 'folder',
    format,
    files: found.files.flatMap((name) => byName.get(name) ?? []),
  }));
}

async function candidates(
  runtime: Runtime,
  { request }: InputSearch,
  files: readonly LocatedFile[],
): Promise<readonly MetricsInput[]> {
  const asFile = (file: LocatedFile): MetricsInput => ({ kind: 'file', file, files });
  const folders =
    request.format === undefined ? FOLDER_FORMATS.flatMap((format) => folderInputs(format, files)) : [];
  if (folders.length > 0) return folders;
  if (files.length === 1) return files.map(asFile);
  const named = files.filter(({ name }) => baseName(name) === 'metrics.json');
  if (named.length > 0) return named.map(asFile);
  return (await recognised(runtime, request, files)).map(asFile);
}

/** The files of a folder that have the shape of a particular format, or of the one that was asked for. */
async function recognised(
  runtime: Runtime,
  { format }: FormatRequest,
  files: readonly LocatedFile[],
): Promise<readonly LocatedFile[]> {
  const found: LocatedFile[] = [];
  for (const file of files.filter(({ name }) => TEXTS.test(name)).slice(0, LOOKED_INTO)) {
    const text = await runtime.files.readText(file.path, LOOKED_INTO_BYTES).catch(ifUnreadable);
    const source = text === undefined ? undefined : await readSource(text, file.name).catch(ifUnreadable);
    const formats = source === undefined ? [] : formatsOf(source);
    const fits = formats.some((each) => (format === undefined ? each.general !== true : each === format));
    if (fits) found.push(file);
  }
  return found;
}

/** What cannot be read is no candidate. */
function ifUnreadable(error: unknown): undefined {
  if (!(error instanceof ActionError)) throw error;
}

function onlyOne(
  found: readonly MetricsInput[],
  { location, request, several }: InputSearch,
  files: readonly LocatedFile[],
): readonly MetricsInput[] {
  const listed = (names: readonly string[]): string =>
    `${names.slice(0, 10).join(', ')}${names.length > 10 ? ` and ${names.length - 10} more` : ''}`;
  if (found.length === 0)
    throw new ActionError(
      'not-found',
      `${location}: expected ${request.format?.title ?? 'one file of metrics, or a metrics.json among several'}; found ${listed(files.map(({ name }) => name))}`,
    );
  if (found.length > 1 && !several)
    throw new ActionError(
      'invalid-input',
      `${location}: expected one ${nounOf(found)}, found ${listed(found.map(inputName))}; name the one that is meant, or say with expect-inputs how many are to be joined`,
    );
  return found;
}

/** What several candidates all are. */
function nounOf(found: readonly MetricsInput[]): string {
  const [first] = found;
  if (first?.kind === 'folder') return first.format.title;
  return found.every((input) => baseName(inputName(input)) === 'metrics.json')
    ? 'metrics.json'
    : 'file of metrics';
}

/** The name of an input, for messages. */
export const inputName = (input: MetricsInput): string =>
  input.kind === 'file' ? input.file.name : folderName(input.files);

const folderName = (files: readonly LocatedFile[]): string => {
  const [first = ''] = files.map(({ name }) => name);
  return first.includes('/') ? first.slice(0, first.lastIndexOf('/')) : '.';
};
