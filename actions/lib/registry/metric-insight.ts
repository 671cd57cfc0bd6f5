import type { Digest } from '../digest.ts';
import type { GateBaseline, GateDocument, GateResult } from '../documents/gate.ts';
import type { Direction, MetricsDocument } from '../documents/metrics.ts';

/** What the evidence of a version says of a metric beside its value. */
export interface MetricInsight {
  /** Where it is better; absent if nobody said. */
  readonly direction?: Direction;
  /** Interval of the version's value minus that of what serves, as they were compared. */
  readonly difference?: { readonly low: number; readonly high: number };
}

/** The documents that speak for a version, as far as they are at hand. */
export interface SpokenFor {
  readonly metrics?: MetricsDocument;
  readonly gate?: GateDocument;
}

/** By what a version is known as somebody's baseline: the digests of its bytes and of the evidence about it. */
export type KnownBy = ReadonlySet<Digest>;

/** The baseline that a gate names; it names none where it states a limit, or means the best of many. */
function baselineOf(
  { against }: GateResult,
  { baseline, namedBaselines }: GateDocument,
): GateBaseline | null {
  if (against === undefined) return null;
  return against === 'baseline' ? baseline : (namedBaselines[against] ?? null);
}

function fromGate(gate: GateDocument, serving: KnownBy): readonly (readonly [string, MetricInsight])[] {
  return gate.gates
    .filter(({ slice, by }) => slice === undefined && by === undefined)
    .map((result) => {
      const { low, high } = result.change ?? {};
      const baseline = baselineOf(result, gate);
      const compared = baseline !== null && serving.has(baseline.digest);
      return [
        result.metric,
        {
          ...(result.direction === undefined ? {} : { direction: result.direction }),
          ...(compared && low !== undefined && high !== undefined ? { difference: { low, high } } : {}),
        },
      ];
    });
}

function fromMetrics(
  { metrics, baseline }: MetricsDocument,
  serving: KnownBy,
): readonly (readonly [string, MetricInsight])[] {
  const compared = baseline?.digest !== undefined && serving.has(baseline.digest) ? baseline.metrics : [];
  return [
    ...metrics.map(({ name, direction }) => [name, { direction }] as const),
    ...compared
      .filter(({ slice }) => slice === undefined)
      .map(
        ({ name, direction, ci }) =>
          [
            name,
            { direction, ...(ci === undefined ? {} : { difference: { low: ci.low, high: ci.high } }) },
          ] as const,
      ),
  ];
}

/**
 * What the evidence of a version says of its metrics, by name. A comparison counts where it was with what serves now; a
 * gate's before that of the evaluation, since it is what was decided on.
 *
 * @param serving - by what the version that serves is known; empty when nothing does
 */
export function insightOf(
  { metrics, gate }: SpokenFor,
  serving: KnownBy,
): ReadonlyMap<string, MetricInsight> {
  const found = new Map<string, MetricInsight>();
  const said = [
    ...(metrics === undefined ? [] : fromMetrics(metrics, serving)),
    ...(gate === undefined ? [] : fromGate(gate, serving)),
  ];
  for (const [name, insight] of said) found.set(name, { ...found.get(name), ...insight });
  return found;
}
