import { type Digest, sha256 } from '../../lib/digest.ts';
import { ActionError } from '../../lib/errors.ts';
import { type FormatRequest, parseFormat } from '../../lib/metric-formats/catalog.ts';
import type { FormatReading } from '../../lib/metric-formats/format.ts';
import { joinMetrics } from '../../lib/metric-formats/join-metrics.ts';
import type { MetricsView } from '../../lib/policy/metrics-view.ts';
import type { Gate } from '../../lib/policy/policy.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { type LoadedInput, loadInput, type ReadBudget } from './load-input.ts';
import { inputName, type MetricsInput, metricsInputs } from './metrics-inputs.ts';

/** How metrics are to be read. */
export interface MetricsOptions {
  /** `auto`, or a format's name and what follows its colon. */
  readonly format: string;
  /** How many inputs there must be; whatever is found when absent. */
  readonly expectInputs?: number | undefined;
}

/** The metrics of a candidate, and what else its files hold. */
export interface LoadedMetrics {
  readonly view: MetricsView;
  /** The other version that a file holds beside the candidate, as `dvc metrics diff` does. */
  readonly embeddedBaseline: MetricsView | undefined;
  /** Tests that another tool decided, as gates on metrics of their own. */
  readonly readyGates: readonly Gate[];
  /** What was read, and as what. */
  readonly inputs: readonly { readonly name: string; readonly format: string }[];
}

const MAX_INPUTS = 10_000;
const MAX_BYTES = 512 * 1024 * 1024;

const AUTOMATIC: MetricsOptions = { format: 'auto' };

/**
 * The metrics that some locations lead to, joined: numbers of all files, where no two may contradict each other.
 *
 * @throws ActionError not-found, invalid-file, invalid-document, invalid-input, digest-mismatch, limit-exceeded;
 * evidence-refused when there are more or fewer inputs than expected
 */
export async function loadCandidate(
  runtime: Runtime,
  locations: readonly string[],
  options: MetricsOptions = AUTOMATIC,
): Promise<LoadedMetrics> {
  const request = parseFormat(options.format);
  const several = options.expectInputs !== undefined;
  const inputs: MetricsInput[] = [];
  for (const location of locations)
    inputs.push(...(await metricsInputs(runtime, { location, request, several })));
  refuseWrongCount(inputs, options.expectInputs);
  return joined(locations, await loadAll(runtime, inputs, request));
}

/** The metrics of one location, as a baseline is. @throws ActionError as `loadCandidate` */
export const loadMetrics = async (
  runtime: Runtime,
  location: string,
  options: MetricsOptions = AUTOMATIC,
): Promise<MetricsView> => (await loadCandidate(runtime, [location], options)).view;

function refuseWrongCount(inputs: readonly MetricsInput[], expected: number | undefined): void {
  if (inputs.length > MAX_INPUTS)
    throw new ActionError(
      'limit-exceeded',
      `metrics: ${inputs.length} inputs, at most ${MAX_INPUTS} are read`,
    );
  if (expected === undefined || inputs.length === expected) return;
  const names = inputs.slice(0, 20).map(inputName).join(', ');
  throw new ActionError(
    'evidence-refused',
    `metrics: expect-inputs says ${expected}, found ${inputs.length}: ${names}${inputs.length > 20 ? ', …' : ''}; did every job of the matrix hand over its metrics?`,
  );
}

async function loadAll(
  runtime: Runtime,
  inputs: readonly MetricsInput[],
  request: FormatRequest,
): Promise<readonly LoadedInput[]> {
  const budget: ReadBudget = { bytes: MAX_BYTES };
  const loaded: LoadedInput[] = [];
  for (const input of inputs) loaded.push(await loadInput(runtime, input, request, budget));
  return loaded;
}

function joined(locations: readonly string[], inputs: readonly LoadedInput[]): LoadedMetrics {
  const location = locations.join(', ');
  const readings = inputs.flatMap((input) => (input.kind === 'foreign' ? [input.reading] : []));
  const entries = joinMetrics(inputs.flatMap(({ metrics }) => metrics));
  const digest = digestOf(inputs.map((input) => input.digest));
  const view: MetricsView = { location, digest, entries, ...evidenceOf(inputs, readings) };
  const old = joinMetrics(readings.flatMap(({ baseline = [] }) => baseline));
  return {
    view,
    embeddedBaseline:
      old.length === 0
        ? undefined
        : { location, digest, entries: old, document: undefined, rows: undefined, rowsDigest: undefined },
    readyGates: readings.flatMap(({ gates = [] }) => gates),
    inputs: inputs.map(({ name, format }) => ({ name, format })),
  };
}

/** A digest of several files that does not depend on their order. */
function digestOf(digests: readonly Digest[]): Digest {
  const [only, ...more] = digests.toSorted();
  return only !== undefined && more.length === 0 ? only : sha256(digests.toSorted().join('\n'));
}

type Evidence = Omit<MetricsView, 'location' | 'digest' | 'entries'>;

/** What the numbers rest on: the one document among the inputs, else what other tools say of theirs. */
function evidenceOf(inputs: readonly LoadedInput[], readings: readonly FormatReading[]): Evidence {
  const documents = inputs.filter((input) => input.kind === 'document');
  const [document, another] = documents;
  if (document !== undefined && another !== undefined)
    throw new ActionError(
      'invalid-input',
      `metrics: ${documents.map(({ name }) => name).join(', ')} are documents of evaluations of their own, and numbers of parts cannot be added up; evaluate the predictions of all parts in one step (predictions: with a pattern), or gate each by itself`,
    );
  if (document !== undefined) return document.loaded;
  const rows = readings.flatMap((reading) => reading.rows ?? []);
  const digests = readings.flatMap(({ datasetDigest }) => datasetDigest ?? []);
  const complete = readings.length > 0 && digests.length === readings.length;
  const [created] = readings.flatMap((reading) => reading.created ?? []).toSorted();
  return {
    document: undefined,
    rows: rows.length === 0 ? undefined : rows,
    rowsDigest: undefined,
    ...(complete && { datasetDigest: digestOf(digests) }),
    ...(created !== undefined && { created }),
  };
}
