import type { Direction } from '../documents/metrics.ts';
import { metricByName } from '../metrics/catalog.ts';
import { didYouMean } from '../nearest-name.ts';
import type { Question } from './judgement.ts';
import { findEntry, type MetricEntry, type MetricsView } from './metrics-view.ts';
import type { Gate, Policy } from './policy.ts';
import { unitInName } from './quantity.ts';
import { canonicalSlice } from './slice-name.ts';

/** A gate on one set of rows whose metric the candidate does not have. */
export interface Unanswerable {
  readonly gate: Gate;
  readonly id: string;
  readonly slice: string | undefined;
  readonly reason: string;
}

/** The gates of a policy as questions about a candidate: one for each slice where a gate asks for every slice. */
export function questionsOf(
  policy: Policy,
  candidate: MetricsView,
  baseline: MetricsView | undefined,
): readonly (Question | Unanswerable)[] {
  return policy.gates.flatMap((gate) => {
    const { target } = gate;
    if (target.kind === 'all') return [question(policy, candidate, gate, gate.id, undefined)];
    if (target.kind === 'groups') return [];
    if (target.kind === 'slice')
      return [question(policy, candidate, gate, gate.id, canonicalSlice(target.slice))];
    const slices = slicesWith(gate.metric, target.column, [candidate, ...(baseline ? [baseline] : [])]);
    if (slices.length === 0) {
      const where = target.column === undefined ? 'any slice' : `any slice on ${target.column}`;
      return [
        { gate, id: gate.id, slice: undefined, reason: `the metrics do not hold ${gate.metric} on ${where}` },
      ];
    }
    const prefix = gate.id.replace(/\[[^\]]*\]/, '');
    return slices.map((slice) => question(policy, candidate, gate, `${prefix}[${slice}]`, slice));
  });
}

/** Slices that hold the metric, also those that only the baseline has: a slice that vanished must not go unseen. */
function slicesWith(
  metric: string,
  column: string | undefined,
  views: readonly MetricsView[],
): readonly string[] {
  const names = views.flatMap(({ entries }) =>
    entries.flatMap(({ name, slice }) => (isNamed(name, metric) && slice !== undefined ? [slice] : [])),
  );
  return [...new Set(names)]
    .filter((slice) => column === undefined || (slice.startsWith(`${column}=`) && !slice.includes(',')))
    .sort();
}

const isNamed = (name: string, asked: string): boolean => name === asked || name === metricByName(asked)?.id;

/** The number a gate asks for: by its exact name, else by the catalog's name for it. */
export function entryFor(
  view: MetricsView,
  metric: string,
  slice: string | undefined,
): MetricEntry | undefined {
  const catalogName = metricByName(metric)?.id;
  return (
    findEntry(view, metric.normalize('NFC'), slice) ??
    (catalogName === undefined ? undefined : findEntry(view, catalogName, slice))
  );
}

function question(
  policy: Policy,
  candidate: MetricsView,
  gate: Gate,
  id: string,
  slice: string | undefined,
): Question | Unanswerable {
  const entry = entryFor(candidate, gate.metric, slice);
  if (entry === undefined) return { gate, id, slice, reason: whyMissing(candidate, gate.metric, slice) };
  const declared = policy.metrics.get(gate.metric);
  const known = metricByName(entry.name);
  return {
    gate,
    id,
    slice,
    entry,
    direction: entry.direction ?? declared?.direction ?? known?.direction,
    unit: entry.unit ?? declared?.unit ?? known?.unit ?? unitInName(entry.name),
  };
}

function whyMissing(
  { entries, document, location }: MetricsView,
  metric: string,
  slice: string | undefined,
): string {
  const names = new Set(entries.map(({ name }) => name));
  if (slice === undefined || !entries.some(({ name }) => isNamed(name, metric))) {
    const hint = didYouMean(metric, names) || `; it holds ${[...names].slice(0, 12).join(', ')}`;
    return `${location} does not hold ${metric}${hint}`;
  }
  const excluded = document?.excludedGroups.find((group) =>
    Object.entries(group.slice).every(([column, value]) => slice.split(',').includes(`${column}=${value}`)),
  );
  if (excluded)
    return `the slice ${slice} was left out of the evaluation: ${excluded.reason} (n = ${excluded.n})`;
  const slices = new Set(entries.flatMap((entry) => (entry.slice === undefined ? [] : [entry.slice])));
  const listed = slices.size === 0 ? 'no slices' : [...slices].slice(0, 12).join(', ');
  return `${location} does not hold ${metric} on the slice ${slice}${didYouMean(slice, slices) || `; it holds ${listed}`}`;
}

/** Rules for which it must be known which way is better. */
const DIRECTED: ReadonlySet<Gate['rule']['kind']> = new Set([
  'max-regression',
  'max-improvement',
  'non-inferior',
]);

/**
 * What keeps gates from being understood: a metric whose better direction nobody knows, or that two sources know
 * differently. A guess here would turn a gate around.
 */
export function directionProblems(
  questions: readonly (Question | Unanswerable)[],
  policy: Policy,
): readonly string[] {
  const problems = questions.flatMap((asked) => {
    if (!('entry' in asked)) return [];
    const { gate, entry, direction } = asked;
    const declared: Direction | undefined = policy.metrics.get(gate.metric)?.direction;
    const measured = entry.direction ?? metricByName(entry.name)?.direction;
    if (declared !== undefined && measured !== undefined && declared !== measured)
      return [
        `metrics.${gate.metric}: the policy says ${declared} is better, the metric's definition says ${measured}`,
      ];
    if (direction === undefined && DIRECTED.has(gate.rule.kind))
      return [
        `gate ${gate.id}: whether a higher or a lower ${gate.metric} is better is not known; add "metrics: { ${gate.metric}: { direction: higher } }" or lower to the policy`,
      ];
    return [];
  });
  return [...new Set(problems)];
}
