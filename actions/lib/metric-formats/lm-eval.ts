import { ActionError } from '../errors.ts';
import { sliceName } from '../policy/slice-name.ts';
import { type Fields, fieldsOf, isFields } from '../schema/fields.ts';
import { type EntryFacts, measured, numberAt, unmeasured } from './entry.ts';
import { type FormatOptions, type FormatReading, fileFormat, type Measured } from './format.ts';
import { stderrInterval } from './interval.ts';
import { SAMPLES, sampleRows } from './lm-eval-samples.ts';
import type { FolderFile, TreeSource } from './source.ts';
import { countOf, digestOfValue, isParam, paramsOf } from './values.ts';

/** `acc_norm,none` is a metric and the filter that the answers went through. */
const METRIC = /^([^,]+),(.+)$/;
const STDERR = /_stderr$/;
/** What lm-eval writes where it has no number. */
const NOT_AVAILABLE = 'N/A';

/** Groups stand under `groups`, and in most versions under `results` as well. */
const SECTIONS = ['results', 'groups'] as const;

/** The slices of a task: a filter belongs to it only where a metric was measured under several. */
type Slices = (task: string, filter: string) => Readonly<Record<string, string>>;

function slicesOf(root: Fields): Slices {
  const filters = new Map<string, Set<string>>();
  for (const section of SECTIONS)
    for (const [task, scores] of Object.entries(fieldsOf(root[section])))
      for (const key of Object.keys(fieldsOf(scores))) {
        const filter = METRIC.exec(key)?.[2];
        if (filter !== undefined) filters.set(task, (filters.get(task) ?? new Set()).add(filter));
      }
  return (task, filter) => ((filters.get(task)?.size ?? 0) > 1 ? { task, filter } : { task });
}

/** What the file says about all numbers of a task. */
function factsOf(root: Fields, task: string, metric: string): EntryFacts {
  const higher = fieldsOf(fieldsOf(root['higher_is_better'])[task])[metric];
  const n = countOf(fieldsOf(fieldsOf(root['n-samples'])[task])['effective']);
  const shots = fieldsOf(root['n-shot'])[task];
  const version = fieldsOf(root['versions'])[task];
  const repeats = countOf(fieldsOf(fieldsOf(root['configs'])[task])['repeats']);
  return {
    ...(typeof higher === 'boolean' && { direction: higher ? 'higher' : 'lower' }),
    ...(n !== undefined && { n }),
    params: paramsOf({
      ...(isParam(shots) && { shots }),
      ...(isParam(version) && { version }),
      ...(repeats !== undefined && { repeats }),
    }),
  };
}

function scoreOf(
  { parsed }: TreeSource,
  root: Fields,
  slices: Slices,
  section: string,
  task: string,
  key: string,
): Measured | undefined {
  const [, metric = '', filter = ''] = METRIC.exec(key) ?? [];
  if (metric === '' || STDERR.test(metric)) return undefined;
  const scores = fieldsOf(fieldsOf(root[section])[task]);
  const path = [section, task, key];
  const place = (): string => parsed.at(path);
  const facts = factsOf(root, task, metric);
  const known = { ...facts, slice: slices(task, filter), params: { ...facts.params, filter } };
  if (scores[key] === NOT_AVAILABLE) return unmeasured(metric, `it is "N/A" at ${place()}`, place, known);
  const value = numberAt(parsed, path, scores[key]);
  const error = scores[`${metric}_stderr,${filter}`];
  const ci = typeof error === 'number' ? stderrInterval(value, error) : undefined;
  return measured(metric, value, place, { ...known, ...(ci && { ci }) });
}

function read(source: TreeSource, { beside }: FormatOptions): FormatReading {
  const root = fieldsOf(source.parsed.value);
  const slices = slicesOf(root);
  const metrics = SECTIONS.flatMap((section) =>
    Object.entries(fieldsOf(root[section])).flatMap(([task, scores]) =>
      Object.keys(fieldsOf(scores)).flatMap((key) => scoreOf(source, root, slices, section, task, key) ?? []),
    ),
  );
  if (metrics.length === 0)
    throw new ActionError('invalid-file', `${source.parsed.where}: its results hold no metric`);
  const hashes = fieldsOf(root['task_hashes']);
  const date = Number(root['date'] ?? Number.NaN) * 1000;
  return {
    metrics,
    ...rowsOf(root, slices, samplesOf(source.parsed.where, beside)),
    ...(Object.keys(hashes).length > 0 && { datasetDigest: digestOfValue(hashes) }),
    ...(date > 0 && date < 8.64e15 && { created: new Date(date).toISOString() }),
  };
}

/** Samples of the same run: each run writes its date into the names of its files. */
function samplesOf(where: string, beside: readonly FolderFile[]): readonly FolderFile[] {
  const date = /results_(\d{4}-\d{2}-\d{2}T.*)\.json$/.exec(where)?.[1];
  return date === undefined ? beside : beside.filter(({ name }) => name.endsWith(`_${date}.jsonl`));
}

function rowsOf(root: Fields, slices: Slices, beside: readonly FolderFile[]): Pick<FormatReading, 'rows'> {
  const tasks = new Set(Object.keys(fieldsOf(root['results'])));
  const rows = sampleRows(beside, tasks, (task, filter) => sliceName(slices(task, filter)));
  return rows.length > 0 ? { rows } : {};
}

/**
 * `results_<date>.json` of lm-evaluation-harness: standard errors, directions and numbers of rows are in it, the
 * digests of its tasks say on what it ran, and the samples beside it (`--log_samples`) are the rows.
 */
export const lmEval = fileFormat({
  name: 'lm-eval',
  title: 'results of lm-evaluation-harness',
  naming:
    '`acc[task=…]`, with `filter=…` where a task has several; intervals from standard errors; samples beside it pair two runs',
  source: 'tree',
  beside: SAMPLES,
  fits: ({ parsed: { value } }) =>
    isFields(value) &&
    isFields(value['results']) &&
    ['higher_is_better', 'n-shot', 'configs'].some((key) => isFields(value[key])) &&
    Object.values(value['results']).every(isFields),
  read,
});
