import { type Digest, sha256 } from '../../lib/digest.ts';
import { ActionError } from '../../lib/errors.ts';
import type { FormatRequest } from '../../lib/metric-formats/catalog.ts';
import type { FileFormat, FormatReading, Measured } from '../../lib/metric-formats/format.ts';
import { readSource } from '../../lib/metric-formats/read-source.ts';
import { asAsked, recognise } from '../../lib/metric-formats/recognise.ts';
import type { FolderFile, Source } from '../../lib/metric-formats/source.ts';
import { entriesOf } from '../../lib/policy/metrics-view.ts';
import { type LocatedFile, parseLocation } from '../../runtime/locations.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { type LoadedDocument, loadMetricsDocument } from './load-document.ts';
import { inputName, type MetricsInput } from './metrics-inputs.ts';

/** What one input holds: a metrics document of ours, or what a format read. */
export type LoadedInput = {
  readonly name: string;
  readonly digest: Digest;
  /** The name of the format, `metrics` for our own document. */
  readonly format: string;
  readonly metrics: readonly Measured[];
} & (
  | { readonly kind: 'document'; readonly loaded: LoadedDocument }
  | { readonly kind: 'foreign'; readonly reading: FormatReading }
);

/** Reads at most so many bytes in all, so that a thousand files are no more of a burden than one. */
export interface ReadBudget {
  bytes: number;
}

/**
 * Reads one input.
 *
 * @throws ActionError invalid-file, invalid-document, invalid-input when its format is not clear, limit-exceeded
 */
export async function loadInput(
  runtime: Runtime,
  input: MetricsInput,
  request: FormatRequest,
  budget: ReadBudget,
): Promise<LoadedInput> {
  const loaded =
    input.kind === 'folder'
      ? await loadFolder(runtime, input, request, budget)
      : await loadFile(runtime, input, request, budget);
  if (loaded.metrics.length > 0) return loaded;
  throw new ActionError('invalid-file', `${loaded.name}: holds no metric that ${loaded.format} names`);
}

async function readText(runtime: Runtime, { name, path }: LocatedFile, budget: ReadBudget): Promise<string> {
  const text = await runtime.files.readText(path);
  budget.bytes -= text.length;
  if (budget.bytes < 0)
    throw new ActionError('limit-exceeded', `${name}: the files of metrics are larger together than is read`);
  return text;
}

const readAll = async (
  runtime: Runtime,
  files: readonly LocatedFile[],
  budget: ReadBudget,
): Promise<readonly FolderFile[]> => {
  const read: FolderFile[] = [];
  for (const file of files) read.push({ name: file.name, text: await readText(runtime, file, budget) });
  return read;
};

async function loadFolder(
  runtime: Runtime,
  input: MetricsInput & { readonly kind: 'folder' },
  { choice }: FormatRequest,
  budget: ReadBudget,
): Promise<LoadedInput> {
  const files = await readAll(runtime, input.files, budget);
  const reading = input.format.read(files, { choice, beside: [] });
  const digest = sha256(files.map(({ name, text }) => `${name}\n${sha256(text)}`).join('\n'));
  const { metrics } = reading;
  return { kind: 'foreign', name: inputName(input), digest, format: input.format.name, metrics, reading };
}

async function loadFile(
  runtime: Runtime,
  { file, files }: MetricsInput & { readonly kind: 'file' },
  request: FormatRequest,
  budget: ReadBudget,
): Promise<LoadedInput> {
  const { format: asked, choice } = request;
  const text = await readText(runtime, file, budget);
  const kind = asked?.kind === 'file' ? asked.source : undefined;
  const source = await readSource(text, file.name, kind);
  const head = { name: file.name, digest: sha256(text) };
  if (isDocument(source)) {
    const loaded = await loadMetricsDocument(runtime, file, files);
    const place = (): string => file.name;
    const metrics = entriesOf(loaded.document).map((entry) => ({ entry, place }));
    return { ...head, kind: 'document', format: 'metrics', metrics, loaded };
  }
  const format = asked?.kind === 'file' ? asAsked(source, asked, file.name) : recognise(source, file.name);
  const beside = await besideFiles(runtime, format, file, files);
  const reading = format.read(source, { choice, beside: await readAll(runtime, beside, budget) });
  return { ...head, kind: 'foreign', format: format.name, metrics: reading.metrics, reading };
}

/** JSON that names its schema is a document of ours, or of another kind of ours, which its reader then says. */
const isDocument = (source: Source): boolean =>
  source.kind === 'tree' &&
  source.syntax === 'json' &&
  typeof source.parsed.value === 'object' &&
  source.parsed.value !== null &&
  'schema' in source.parsed.value &&
  typeof source.parsed.value.schema === 'string' &&
  source.parsed.value.schema.startsWith('mlops-actions/');

/** The files of the same folder that the format reads too. */
async function besideFiles(
  runtime: Runtime,
  { beside }: FileFormat,
  file: LocatedFile,
  files: readonly LocatedFile[],
): Promise<readonly LocatedFile[]> {
  if (beside === undefined) return [];
  const folder = file.name.slice(0, file.name.lastIndexOf('/') + 1);
  const inFolder = (name: string): boolean =>
    name.startsWith(folder) && !name.slice(folder.length).includes('/') && beside.test(name);
  if (parseLocation(file.location).kind !== 'path') return files.filter(({ name }) => inFolder(name));
  const names = await runtime.files.glob(folder === '' ? '*' : folder.slice(0, -1));
  return names.filter(inFolder).map((name) => ({ location: file.location, name, path: name }));
}
