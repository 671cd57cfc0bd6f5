import type { GuardResult } from '../documents/gate.ts';
import { metricByName } from '../metrics/catalog.ts';
import type { Basis } from './evidence.ts';
import type { JudgedGate } from './judgement.ts';
import type { MetricEntry, MetricsView } from './metrics-view.ts';
import { DEFAULT_BASELINE, type Downgrade, type Policy } from './policy.ts';

/** What guards look at. */
export interface Guarded {
  readonly policy: Policy;
  readonly candidate: MetricsView;
  /** The baseline that gates compare with unless they name another. */
  readonly baseline: { readonly view: MetricsView; readonly basis: Basis } | undefined;
  readonly gates: readonly JudgedGate[];
}

/**
 * Rules about the evidence as a whole. A number that rests on less than the baseline's did is not better for being
 * higher: fewer rows or repeats, or a slice or metric that is not measured any more, fail by name, without tolerance.
 * What a gate that fails says already is not said again.
 */
export function judgeGuards(guarded: Guarded): readonly GuardResult[] {
  const { policy, baseline } = guarded;
  const empty: readonly GuardResult[] =
    policy.gates.length > 0
      ? []
      : [{ id: 'policy', verdict: 'fail', reason: 'the policy holds no gate, so nothing was judged' }];
  if (baseline === undefined) return empty;
  const downgrades = policy.evidence.noDowngrade.map((kind): GuardResult => {
    const lost = DOWNGRADE_CHECKS[kind](guarded.candidate, baseline.view, blockingGates(guarded));
    return lost === undefined
      ? { id: `no-downgrade-${kind}`, verdict: 'pass', reason: HELD[kind] }
      : { id: `no-downgrade-${kind}`, verdict: 'fail', reason: `${lost}; ${ADVICE[kind]}` };
  });
  return [...empty, ...uncompared(guarded, baseline.basis), ...downgrades];
}

const HELD: Readonly<Record<Downgrade, string>> = {
  rows: 'no fewer rows than in the baseline',
  repeats: 'no fewer repeats than in the baseline',
  slices: 'no slice of the baseline has gone unsaid',
  metrics: 'no metric of the baseline has gone unsaid',
};

const ADVICE: Readonly<Record<Downgrade, string>> = {
  rows: 'evaluate on as many, or take rows from evidence.no-downgrade',
  repeats: 'repeat as often, or take repeats from evidence.no-downgrade',
  slices: 'measure them, or take slices from evidence.no-downgrade',
  metrics: 'measure them, or take metrics from evidence.no-downgrade',
};

/** What has become less, in words; `undefined` when nothing has. */
type DowngradeCheck = (
  candidate: MetricsView,
  baseline: MetricsView,
  blocking: readonly JudgedGate[],
) => string | undefined;

const DOWNGRADE_CHECKS: Readonly<Record<Downgrade, DowngradeCheck>> = {
  rows: fewerRows,
  repeats: fewerRepeats,
  slices: (candidate, baseline, blocking) => {
    const said = new Set(blocking.map(({ result }) => result.slice));
    return goneText(
      [...gone(candidate, baseline, ({ slice }) => slice), ...goneGroups(candidate, baseline)].filter(
        (slice) => !said.has(slice),
      ),
      'slice',
    );
  },
  metrics: (candidate, baseline, blocking) => {
    const said = new Set(blocking.map(({ result }) => canonicalName(result.metric)));
    return goneText(
      gone(candidate, baseline, ({ name }) => canonicalName(name)).filter((name) => !said.has(name)),
      'metric',
    );
  },
};

/** Gates that fail for something that is not there. */
const blockingGates = ({ gates }: Guarded): readonly JudgedGate[] =>
  gates.filter(({ result }) => result.status === 'missing' && result.verdict === 'fail');

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
  const fewer = shrunk(candidate, baseline, ({ n, kind }) => (kind === 'resource' ? undefined : n));
  return fewer && `rows of single metrics became fewer: ${fewer}`;
}

const rowsOf = ({ document, entries }: MetricsView): number | undefined =>
  document?.dataset.rows ?? largest(wholeEntries(entries).map(({ n }) => n));

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

/** Where gates compare with the baseline they say themselves that it is about other data or too old. */
function uncompared({ gates }: Guarded, basis: Basis): readonly GuardResult[] {
  const compares = gates.some(
    ({ gate: { versus } }) => versus?.kind === 'baseline' && versus.name === DEFAULT_BASELINE,
  );
  if (compares || basis.kind !== 'refused') return [];
  const id = basis.because === 'data' ? 'same-dataset' : 'max-age';
  return [{ id, verdict: 'warn', reason: `${basis.note}; no gate compares with the baseline` }];
}
