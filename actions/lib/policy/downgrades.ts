import { metricByName } from '../metrics/catalog.ts';
import type { JudgedGate } from './judgement.ts';
import type { MetricEntry, MetricsView } from './metrics-view.ts';
import type { Downgrade } from './policy.ts';
import { sliceName } from './slice-name.ts';

/** What has become less, in words; `undefined` when nothing has. */
type DowngradeCheck = (
  candidate: MetricsView,
  baseline: MetricsView,
  blocking: readonly JudgedGate[],
) => string | undefined;

/** How each kind of downgrade is found; what `blocking` gates say by failing is left out. */
export const DOWNGRADE_CHECKS: Readonly<Record<Downgrade, DowngradeCheck>> = {
  rows: fewerRows,
  repeats: fewerRepeats,
  slices: (candidate, baseline, blocking) => {
    const said = new Set(blocking.map(({ result }) => result.slice));
    return goneText(
      [...gone(candidate, baseline, ({ slice }) => slice), ...goneGroups(candidate, baseline)]
        .filter((slice) => !said.has(slice))
        .map((slice) => whyGone(slice, candidate)),
      'slice',
    );
  },
  metrics: (candidate, baseline, blocking) => {
    const said = new Set(blocking.map(({ result }) => placeOf(result.metric, result.slice)));
    return goneText(
      goneMetrics(candidate, baseline).filter((name) => !said.has(name)),
      'metric',
    );
  },
};

/** A metric on all rows, or on a slice. */
const placeOf = (metric: string, slice: string | undefined): string =>
  `${canonicalName(metric)}${slice === undefined ? '' : ` on ${slice}`}`;

/** Metrics that are gone altogether by their name, others by the slice they are gone from; gone slices are said apart. */
function goneMetrics(candidate: MetricsView, baseline: MetricsView): readonly string[] {
  const names = gone(candidate, baseline, ({ name }) => canonicalName(name));
  const slices = new Set(gone(candidate, baseline, ({ slice }) => slice));
  const places = gone(candidate, baseline, ({ name, slice }) =>
    names.includes(canonicalName(name)) || (slice !== undefined && slices.has(slice))
      ? undefined
      : placeOf(name, slice),
  );
  return [...names, ...places];
}

const canonicalName = (name: string): string => metricByName(name)?.id ?? name;

function gone(
  candidate: MetricsView,
  baseline: MetricsView,
  nameOf: (entry: MetricEntry) => string | undefined,
): readonly string[] {
  const names = ({ entries }: MetricsView): readonly string[] =>
    entries.flatMap((entry) => nameOf(entry) ?? []);
  const here = new Set(names(candidate));
  return [...new Set(names(baseline))].filter((name) => !here.has(name));
}

/** Columns between whose groups the baseline was compared and the candidate was not. */
function goneGroups(candidate: MetricsView, baseline: MetricsView): readonly string[] {
  const columns = ({ document }: MetricsView): readonly string[] =>
    (document?.fairness ?? []).map(({ by }) => `the groups of ${by}`);
  const here = new Set(columns(candidate));
  return columns(baseline).filter((column) => !here.has(column));
}

const NAMED = 8;

/** Why a slice is gone, where the evaluation itself says so. */
function whyGone(slice: string, { document }: MetricsView): string {
  const excluded = document?.excludedGroups.find((group) => sliceName(group.slice) === slice);
  return excluded ? `${slice} (${excluded.reason}, n = ${excluded.n})` : slice;
}

function goneText(names: readonly string[], one: string): string | undefined {
  if (names.length === 0) return undefined;
  const listed = names.slice(0, NAMED).join(', ');
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${names.length === 1 ? `a ${one}` : `${names.length} ${one}s`} of the baseline ${names.length === 1 ? 'is' : 'are'} not measured any more: ${listed}${more}`;
}

function fewerRows(candidate: MetricsView, baseline: MetricsView): string | undefined {
  const before = rowsOf(baseline);
  const now = rowsOf(candidate);
  if (before === undefined) return undefined;
  if (now === undefined)
    return `the baseline rests on ${before} rows, and the candidate does not say on how many it does`;
  if (now < before) return `the candidate rests on ${now} rows, the baseline on ${before}`;
  const fewer = shrunk(candidate, baseline, rowsBehind);
  return fewer && `rows of single metrics became fewer: ${fewer}`;
}

const rowsOf = ({ document, entries }: MetricsView): number | undefined =>
  document?.dataset.rows ?? largest(wholeEntries(entries).map(rowsBehind));

/** Sizes and times rest on no rows; their number is that of the runs that were timed. */
const rowsBehind = ({ n, kind }: MetricEntry): number | undefined => (kind === 'resource' ? undefined : n);

const largest = (numbers: readonly (number | undefined)[]): number | undefined => {
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? undefined : known.reduce((most, number) => Math.max(most, number));
};

const wholeEntries = (entries: readonly MetricEntry[]): readonly MetricEntry[] =>
  entries.filter(({ slice }) => slice === undefined);

/** How often each row was asked: 1 where a metric does not say. */
function fewerRepeats(candidate: MetricsView, baseline: MetricsView): string | undefined {
  const fewer = shrunk(candidate, baseline, ({ params: { repeats } }) => Number(repeats ?? 1));
  return fewer && `answers were repeated less often: ${fewer}`;
}

/** Metrics on all rows of which a number is smaller than in the baseline. */
function shrunk(
  candidate: MetricsView,
  baseline: MetricsView,
  numberOf: (entry: MetricEntry) => number | undefined,
): string | undefined {
  const before = new Map(
    wholeEntries(baseline.entries).map((entry) => [canonicalName(entry.name), numberOf(entry)]),
  );
  const fewer = wholeEntries(candidate.entries).flatMap((entry) => {
    const now = numberOf(entry);
    const then = before.get(canonicalName(entry.name));
    return now !== undefined && then !== undefined && now < then
      ? [`${entry.name} ${now} in place of ${then}`]
      : [];
  });
  return fewer.length === 0 ? undefined : fewer.slice(0, NAMED).join(', ');
}
