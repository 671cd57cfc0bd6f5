import {
  type Bake,
  bakeLengthMs,
  looksOf,
  nextMeasurement,
  nextPlanned,
} from '../../lib/rollout/analysis-schedule.ts';
import type { MeasuredStep, MeasuredVersion } from '../../lib/rollout/analysis-variables.ts';
import { type AnalysisVerdict, metricResult, worstAnalysis } from '../../lib/rollout/analysis-verdict.ts';
import {
  EMPTY_TALLY,
  type MetricTally,
  type Tallies,
  tally,
  tallyKey,
} from '../../lib/rollout/metric-tally.ts';
import type { AnalysisSpec, MetricSpec } from '../../lib/rollout/rollout.ts';
import type { Runtime } from '../runtime.ts';
import { observe } from './observe.ts';

/** What was found about one metric. */
export interface MetricFinding {
  readonly analysis: string;
  readonly spec: MetricSpec;
  readonly tally: MetricTally;
  readonly verdict: AnalysisVerdict;
  readonly reason: string;
}

/** What an analysis found; `pass` and no findings where nothing was asked. Metrics of severity `warn` do not count. */
export interface AnalysisFinding {
  readonly verdict: AnalysisVerdict;
  /** The first reason for a verdict other than pass. */
  readonly reason: string;
  readonly metrics: readonly MetricFinding[];
}

/** A bake and what is watched in it. `since`: a resumed bake does not begin anew. */
export interface AnalysisRequest extends MeasuredStep, Bake {
  readonly analysis: readonly AnalysisSpec[];
  /** What earlier runs of the same step measured; `{}` at the beginning. */
  readonly tallies: Tallies;
  /** How long this run may wait in all: Infinity for as long as it takes, 0 for not at all. */
  readonly patienceMs: number;
  readonly candidate: MeasuredVersion;
  /** Called before each wait and each measurement, and at least once a minute. */
  readonly onProgress: () => Promise<void>;
}

export type AnalysisResult =
  | { readonly kind: 'decided'; readonly finding: AnalysisFinding; readonly tallies: Tallies }
  | {
      readonly kind: 'waiting';
      /** When the next measurement or the end of the bake is due, in milliseconds since 1970. */
      readonly resumeAfter: number;
      readonly finding: AnalysisFinding;
      readonly tallies: Tallies;
      /** Whether this run measured anything, so that the tallies are worth keeping. */
      readonly measured: boolean;
    };

interface Watched {
  readonly analysis: AnalysisSpec;
  readonly spec: MetricSpec;
  tally: MetricTally;
}

/** No wait is longer, so that the holder of a lease can show a sign of life. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Waits out a bake and measures on the way, or as much of it as this run has patience for. Ends early on a failure, and
 * where measuring itself is at fault. Measurements that fall into a time before now are made up for by one; a late run
 * lengthens the bake and skips nothing.
 */
export async function runAnalysis(runtime: Runtime, request: AnalysisRequest): Promise<AnalysisResult> {
  const watched: readonly Watched[] = request.analysis.flatMap((analysis) =>
    analysis.metrics.map((spec) => ({
      analysis,
      spec,
      tally: request.tallies[tallyKey(analysis.name, spec.name)] ?? EMPTY_TALLY,
    })),
  );
  const patience = runtime.clock.now() + request.patienceMs;
  const end = request.since + bakeLengthMs(request.analysis, request.bakeMs);
  let measured = false;
  for (;;) {
    if (watched.some(endsEarly)) return decided(watched, false);
    const now = runtime.clock.now();
    const times = watched.map((one) => ({ one, at: nextTime(one, request, watched, now >= end) }));
    const due = times.filter(({ at }) => at <= now);
    if (due.length > 0) {
      await request.onProgress();
      await Promise.all(due.map(({ one }) => measure(runtime, one, request)));
      measured = true;
      continue;
    }
    const next = Math.min(now < end ? end : Number.POSITIVE_INFINITY, ...times.map(({ at }) => at));
    if (next === Number.POSITIVE_INFINITY) return decided(watched, true);
    if (next > patience)
      return {
        kind: 'waiting',
        resumeAfter: next,
        finding: findingOf(watched, false),
        tallies: talliesOf(watched),
        measured,
      };
    await waitUntil(runtime, request, next);
  }
}

const blocks = ({ spec }: Watched): boolean => spec.severity === 'error';

const resultOf = ({ spec, tally }: Watched, ended: boolean) => metricResult(spec, tally, ended);

function endsEarly(one: Watched): boolean {
  const { verdict } = resultOf(one, false);
  return blocks(one) && (verdict === 'fail' || verdict === 'error');
}

/** When a metric is to be measured next; Infinity for never again. */
function nextTime(one: Watched, bake: Bake, all: readonly Watched[], ended: boolean): number {
  const { analysis, spec, tally } = one;
  const planned = nextPlanned(analysis, bake, tally.at) ?? Number.POSITIVE_INFINITY;
  // A bake is lengthened only for a metric that is still open and blocks, and only while the others do not block already.
  const lengthens = blocks(one) && resultOf(one, false).verdict === 'open';
  if (
    !lengthens ||
    (ended && all.some((other) => blocks(other) && resultOf(other, false).verdict !== 'open'))
  )
    return planned;
  return nextMeasurement(analysis, spec, bake, tally) ?? Number.POSITIVE_INFINITY;
}

async function measure(runtime: Runtime, one: Watched, request: AnalysisRequest): Promise<void> {
  const { analysis, spec } = one;
  const at = runtime.clock.now();
  const observation = await observe(runtime, spec, request, request.candidate);
  one.tally = tally(spec, one.tally, observation, at, looksOf(analysis, spec, request.bakeMs));
  const { candidate, stable } = observation;
  const text = (measurement: NonNullable<typeof stable>): string =>
    measurement.kind === 'value' ? String(measurement.value) : `${measurement.kind}: ${measurement.message}`;
  const beside = stable === undefined ? '' : `; stable version: ${text(stable)}`;
  runtime.log.info(`${analysis.name} / ${spec.name}: ${text(candidate)}${beside}`);
}

async function waitUntil(runtime: Runtime, request: AnalysisRequest, time: number): Promise<void> {
  await request.onProgress();
  for (let left = time - runtime.clock.now(); left > 0; left = time - runtime.clock.now()) {
    runtime.log.progress(
      'baking',
      Math.max(0, runtime.clock.now() - request.since),
      Math.max(1, time - request.since),
    );
    await runtime.clock.sleep(Math.min(left, LONGEST_WAIT_MS));
    await request.onProgress();
  }
}

const talliesOf = (watched: readonly Watched[]): Tallies =>
  Object.fromEntries(watched.map(({ analysis, spec, tally }) => [tallyKey(analysis.name, spec.name), tally]));

const decided = (watched: readonly Watched[], ended: boolean): AnalysisResult => ({
  kind: 'decided',
  finding: findingOf(watched, ended),
  tallies: talliesOf(watched),
});

function findingOf(watched: readonly Watched[], ended: boolean): AnalysisFinding {
  const metrics = watched.map((one) => {
    const { verdict, reason } = resultOf(one, ended);
    return {
      analysis: one.analysis.name,
      spec: one.spec,
      tally: one.tally,
      // Where the bake is not over, or another metric ended it, this one has not decided.
      verdict: verdict === 'open' ? ('inconclusive' as const) : verdict,
      reason: verdict === 'open' ? 'not finished' : reason,
    };
  });
  const counted = metrics.filter(({ spec }) => spec.severity === 'error');
  const verdict = worstAnalysis(counted.map((metric) => metric.verdict));
  const decisive = counted.find((metric) => metric.verdict === verdict && verdict !== 'pass');
  return {
    verdict,
    reason: decisive === undefined ? '' : `${decisive.analysis} / ${decisive.spec.name}: ${decisive.reason}`,
    metrics,
  };
}
