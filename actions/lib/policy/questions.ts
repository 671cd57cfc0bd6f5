import { metricByName } from '../metrics/catalog.ts';
import { findNumber, isNamed, numbersNamed } from './find-number.ts';
import type { Question } from './judgement.ts';
import type { MetricEntry, MetricsView } from './metrics-view.ts';
import { DEFAULT_BASELINE, type Gate, type Policy } from './policy.ts';
import { unitInName } from './quantity.ts';
import { canonicalSlice } from './slice-name.ts';
import { whyMissing } from './why-missing.ts';

/** A gate on one set of rows whose metric the candidate does not have, or has twice. */
export interface Unanswerable {
  readonly gate: Gate;
  readonly id: string;
  readonly slice: string | undefined;
  readonly status: 'missing' | 'refused';
  readonly reason: string;
}

export type Asked = Question | Unanswerable;

/**
 * The gates of a policy as questions about a candidate: one for each slice where a gate asks for every slice.
 *
 * @param baselineOf - the baseline of a name; its slices are asked for too, so that one that vanished is seen
 */
export function questionsOf(
  policy: Policy,
  candidate: MetricsView,
  baselineOf: (name: string) => MetricsView | undefined,
): readonly Asked[] {
  return policy.gates.flatMap((gate) => {
    const { target } = gate;
    if (target.kind === 'all' || target.kind === 'groups')
      return [question(policy, candidate, gate, gate.id, undefined)];
    if (target.kind === 'slice')
      return [question(policy, candidate, gate, gate.id, canonicalSlice(target.slice))];
    const named = gate.versus?.kind === 'baseline' ? gate.versus.name : DEFAULT_BASELINE;
    const views = [candidate, baselineOf(DEFAULT_BASELINE), baselineOf(named)];
    const slices = slicesWith(gate.metric, target.column, views);
    if (slices.length === 0) return [noSlice(gate, target.column)];
    const prefix = gate.id.replace(/\[[^\]]*\]/, '');
    return slices.map((slice) => question(policy, candidate, gate, `${prefix}[${slice}]`, slice));
  });
}

const noSlice = (gate: Gate, column: string | undefined): Unanswerable => ({
  gate,
  id: gate.id,
  slice: undefined,
  status: 'missing',
  reason: `the metrics do not hold ${gate.metric} on ${column === undefined ? 'any slice' : `any slice on ${column}`}`,
});

function slicesWith(
  metric: string,
  column: string | undefined,
  views: readonly (MetricsView | undefined)[],
): readonly string[] {
  const names = views.flatMap((view) =>
    (view?.entries ?? []).flatMap(({ name, slice }) =>
      isNamed(name, metric) && slice !== undefined ? [slice] : [],
    ),
  );
  return [...new Set(names)]
    .filter((slice) => column === undefined || (slice.startsWith(`${column}=`) && !slice.includes(',')))
    .sort();
}

function question(
  policy: Policy,
  candidate: MetricsView,
  gate: Gate,
  id: string,
  slice: string | undefined,
): Asked {
  const entry = findNumber(candidate, gate, slice);
  if (entry === undefined)
    return { gate, id, slice, status: 'missing', reason: whyMissing(candidate, gate, slice) };
  const twice = gate.target.kind === 'groups' ? undefined : contradiction(candidate, gate, slice);
  if (twice !== undefined) return { gate, id, slice, status: 'refused', reason: twice };
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

/** A metric that stands there twice with different values: which of them is meant nobody can say. */
function contradiction(
  candidate: MetricsView,
  { metric }: Gate,
  slice: string | undefined,
): string | undefined {
  const found = numbersNamed(candidate, metric, slice);
  if (new Set(found.map(({ value }) => value)).size < 2) return undefined;
  const said = found.slice(0, 4).map((entry) => `${entry.value ?? 'no value'}${paramsText(entry)}`);
  return `${candidate.location} holds ${metric} more than once, ${said.join(' and ')}; give each a name of its own`;
}

function paramsText({ params }: MetricEntry): string {
  const said = Object.entries(params).map(([name, value]) => `${name} = ${value}`);
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}
