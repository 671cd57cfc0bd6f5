import { ActionError } from '../errors.ts';
import { sliceName } from '../policy/slice-name.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../schema/fields.ts';
import type { ValuePath } from '../schema/parsed-text.ts';
import { type EntryFacts, measured, numberAt } from './entry.ts';
import { type FormatReading, fileFormat, type Measured, type Place } from './format.ts';
import { shareInterval } from './interval.ts';
import { type CaseResult, meanOf, rowsOfCases, valueNames } from './row-values.ts';
import type { TreeSource } from './source.ts';
import { countOf, digestOfValue } from './values.ts';

/** `failureReason` of a case that gave no answer to judge; 0 is none, 1 an assertion. */
const ERROR = 2;

const FACTS: ReadonlyMap<string, EntryFacts> = new Map<string, EntryFacts>([
  ['pass_rate', { direction: 'higher' }],
  ['error_rate', { direction: 'lower' }],
  ['score', { direction: 'higher' }],
  ['latency_ms', { direction: 'lower', unit: 'ms', kind: 'resource' }],
  ['cost', { direction: 'lower', unit: 'USD', kind: 'resource' }],
]);

/** Shares of all tests. */
const SHARES = new Set(['pass_rate', 'error_rate']);

/** Named metrics are scores of assertions, which are 1 where one holds. */
const NAMED: EntryFacts = { direction: 'higher' };

/** The part of the file that holds the results: it lies under `results`, or is the file. */
const summaryOf = (root: unknown): Fields => {
  const fields = fieldsOf(root);
  return isFields(fields['results']) ? fields['results'] : fields;
};

const providerOf = (result: Fields): string => {
  const { id, label } = fieldsOf(result['provider']);
  return textOf(label) || textOf(id) || textOf(result['provider']) || '';
};

/** Prompts by number, in the order of the table's columns; `undefined` where there is only one. */
function promptNumbers(results: readonly Fields[]): ReadonlyMap<string, string> | undefined {
  // Results stand in the order in which they came in, which differs from run to run.
  const column = ({ promptIdx }: Fields): number => countOf(promptIdx) ?? 0;
  const ordered = results.toSorted((a, b) => column(a) - column(b));
  const distinct = [...new Set(ordered.map(promptOf))];
  if (distinct.length < 2) return undefined;
  return new Map(distinct.map((name, index) => [name, String(index + 1)]));
}

const promptOf = ({ promptId, prompt }: Fields): string =>
  textOf(promptId) ?? textOf(fieldsOf(prompt)['label']) ?? '';

/** What tells the columns of promptfoo's table apart: provider and prompt, each only where there are several. */
function columnsOf(results: readonly Fields[]): readonly Readonly<Record<string, string>>[] {
  const manyProviders = new Set(results.map(providerOf)).size > 1;
  // Prompts are texts of many lines, so they go by their number.
  const numbers = promptNumbers(results);
  return results.map((result) => {
    const prompt = numbers?.get(promptOf(result));
    return {
      ...(manyProviders && { provider: providerOf(result) }),
      ...(prompt !== undefined && { prompt }),
    };
  });
}

/** What was asked and how it is judged; the description counts rows, which move when questions are added. */
const askedOf = (result: Fields): string => {
  const test = fieldsOf(result['testCase']);
  const { vars = result['vars'] ?? null, assert = null } = test;
  return digestOfValue({ vars, assert }).slice('sha256:'.length, 'sha256:'.length + 20);
};

function caseOf(
  { parsed }: TreeSource,
  result: Fields,
  index: number,
  column: Readonly<Record<string, string>>,
  base: ValuePath,
): CaseResult {
  const path = [...base, index];
  const { success, failureReason, namedScores } = result;
  if (typeof success !== 'boolean')
    throw new ActionError('invalid-file', `${parsed.at(path)}: a result without success: true or false`);
  const outcome = success ? 'passed' : failureReason === ERROR ? 'error' : 'failed';
  const number = (key: string): number => numberAt(parsed, [...path, key], result[key]);
  const named = Object.entries(fieldsOf(namedScores)).map(
    ([name, value]) => [name, numberAt(parsed, [...path, 'namedScores', name], value)] as const,
  );
  const slice = sliceName(column);
  return {
    id: [askedOf(result), ...Object.values(column)].join('/'),
    outcome,
    values: {
      pass_rate: success ? 1 : 0,
      error_rate: outcome === 'error' ? 1 : 0,
      score: number('score'),
      ...(typeof result['latencyMs'] === 'number' && { latency_ms: number('latencyMs') }),
      ...(typeof result['cost'] === 'number' && { cost: number('cost') }),
      ...Object.fromEntries(named),
    },
    slices: slice === '' ? [] : [slice],
  };
}

/** How often each case was asked, where that is more than once and the same for all. */
function repeatsOf(cases: readonly CaseResult[]): EntryFacts {
  const counts = new Set([...Map.groupBy(cases, ({ id }) => id).values()].map(({ length }) => length));
  const [repeats = 1] = counts;
  return counts.size === 1 && repeats > 1 ? { params: { repeats } } : {};
}

/** Means over all cases, and over those of each column where there are several. */
function meansOf(
  cases: readonly CaseResult[],
  columns: readonly Readonly<Record<string, string>>[],
  place: Place,
): readonly Measured[] {
  const groups = Map.groupBy(cases.keys(), (index) => cases[index]?.slices[0] ?? '');
  const repeats = repeatsOf(cases);
  const all = [{ members: cases, slice: {} }];
  const each = [...groups].map(([, indexes]) => ({
    members: indexes.flatMap((index) => cases[index] ?? []),
    slice: columns[indexes[0] ?? 0] ?? {},
  }));
  return [...all, ...(groups.size > 1 ? each : [])].flatMap(({ members, slice }) =>
    valueNames(members).map((name) => {
      const { mean, n } = meanOf(members, name);
      // Repeats of a test are no cases of their own, so that their share has no interval.
      const ci = SHARES.has(name) && repeats.params === undefined ? shareInterval(mean * n, n) : undefined;
      const facts = FACTS.get(name) ?? NAMED;
      return measured(name, mean, place, { slice, n, ...repeats, ...(ci && { ci }), ...facts });
    }),
  );
}

/** A file that was filtered or cut would be judged on what is left. */
function refuseMissing({ parsed }: TreeSource, summary: Fields, found: number): void {
  const { successes, failures, errors } = fieldsOf(summary['stats']);
  const counts = [successes, failures, errors ?? 0].map(countOf);
  const told = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  if (counts.includes(undefined) || told === found) return;
  throw new ActionError(
    'invalid-file',
    `${parsed.where}: its stats count ${told} tests, its results are ${found}; write the whole output`,
  );
}

function read(source: TreeSource): FormatReading {
  const root = source.parsed.value;
  const summary = summaryOf(root);
  const base = summary === root ? ['results'] : ['results', 'results'];
  const results = listOf(summary['results']).map(fieldsOf);
  if (results.length === 0)
    throw new ActionError('invalid-file', `${source.parsed.where}: no test was run; its results are empty`);
  refuseMissing(source, summary, results.length);
  const columns = columnsOf(results);
  const cases = results.map((result, index) => caseOf(source, result, index, columns[index] ?? {}, base));
  const timestamp = Date.parse(textOf(summary['timestamp']) ?? '');
  return {
    metrics: meansOf(cases, columns, () => source.parsed.at(base)),
    rows: rowsOfCases(cases),
    ...(Number.isFinite(timestamp) && { created: new Date(timestamp).toISOString() }),
  };
}

/**
 * `promptfoo eval --output output.json`, of version 2 or 3. `pass_rate` is promptfoo's own share of passed tests,
 * in which a test that gave no answer has not passed; `error_rate` counts those apart. Each test is a row.
 */
export const promptfoo = fileFormat({
  name: 'promptfoo',
  title: 'the output of promptfoo eval as JSON',
  naming:
    '`pass_rate`, `error_rate`, `score`, `latency_ms`, `cost` and named metrics, by `prompt` and `provider` where there are several; tests pair two runs',
  source: 'tree',
  fits: ({ parsed: { value } }) => {
    const summary = summaryOf(value);
    return Array.isArray(summary['results']) && isFields(summary['stats']) && 'successes' in summary['stats'];
  },
  read,
});
