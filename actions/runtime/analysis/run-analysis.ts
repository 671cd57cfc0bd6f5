import { measurementTimes, stepLengthMs } from '../../lib/rollout/analysis-schedule.ts';
import {
  type AnalysisVerdict,
  EMPTY_TALLY,
  type MetricTally,
  metricResult,
  tally,
  worstAnalysis,
} from '../../lib/rollout/analysis-verdict.ts';
import type { AnalysisSpec, MetricSpec } from '../../lib/rollout/rollout.ts';
import type { TemplateVariables } from '../../lib/rollout/template.ts';
import type { Runtime } from '../runtime.ts';
import { providers } from './catalog.ts';

/** What was found about one metric. */
export interface MetricFinding {
  readonly analysis: string;
  readonly spec: MetricSpec;
  readonly tally: MetricTally;
  readonly verdict: AnalysisVerdict;
  readonly reason: string;
}

/** What an analysis found; `pass` and no findings where nothing was asked. */
export interface AnalysisFinding {
  readonly verdict: AnalysisVerdict;
  /** The first reason for a verdict other than pass. */
  readonly reason: string;
  readonly metrics: readonly MetricFinding[];
}

/** A bake and what is watched in it. */
export interface AnalysisRequest {
  readonly analysis: readonly AnalysisSpec[];
  readonly bakeMs: number;
  /** When the weight was applied, in milliseconds since 1970: a resumed bake does not begin anew. */
  readonly since: number;
  readonly variables: TemplateVariables;
  /** Called before each wait and each measurement. */
  readonly onProgress: () => Promise<void>;
}

interface Watched {
  readonly analysis: AnalysisSpec;
  readonly spec: MetricSpec;
  tally: MetricTally;
}

/** No wait is longer, so that the holder of a lease can show a sign of life. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Waits out a bake and measures on the way. Ends early on a failure, and where measuring itself is at fault.
 * Measurements that fall into a time before now (a run that was resumed) are made up for by one.
 */
export async function runAnalysis(runtime: Runtime, request: AnalysisRequest): Promise<AnalysisFinding> {
  const { analysis, bakeMs, since } = request;
  const watched: readonly Watched[] = analysis.flatMap((one) =>
    one.metrics.map((spec) => ({ analysis: one, spec, tally: EMPTY_TALLY })),
  );
  for (const { at, due } of measurementPlan(analysis, bakeMs, since, runtime.clock.now())) {
    await waitUntil(runtime, request, at);
    await Promise.all(
      watched.filter(({ analysis }) => due.includes(analysis)).map((one) => measure(runtime, one, request)),
    );
    if (watched.some(({ spec, tally }) => endsEarly(spec, tally))) return finding(watched, false);
  }
  await waitUntil(runtime, request, since + stepLengthMs({ weight: 0, bakeMs, analysis }));
  return finding(watched, true);
}

const endsEarly = (spec: MetricSpec, tally: MetricTally): boolean => {
  const { verdict } = metricResult(spec, tally, false);
  return verdict === 'fail' || verdict === 'error';
};

async function measure(runtime: Runtime, one: Watched, request: AnalysisRequest): Promise<void> {
  const measurement = await providers[one.spec.type](runtime, one.spec, request.variables);
  one.tally = tally(one.spec, one.tally, measurement);
  const text =
    measurement.kind === 'value' ? String(measurement.value) : `${measurement.kind}: ${measurement.message}`;
  runtime.log.info(`${one.analysis.name} / ${one.spec.name}: ${text}`);
}

/** Times at which to measure and what, ascending; all that is past is measured once, now. */
function measurementPlan(analysis: readonly AnalysisSpec[], bakeMs: number, since: number, now: number) {
  const plan = new Map<number, AnalysisSpec[]>();
  for (const one of analysis)
    for (const at of new Set(measurementTimes(one, bakeMs).map((time) => Math.max(since + time, now))))
      plan.set(at, [...(plan.get(at) ?? []), one]);
  return [...plan].map(([at, due]) => ({ at, due })).sort((a, b) => a.at - b.at);
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

function finding(watched: readonly Watched[], ended: boolean): AnalysisFinding {
  const metrics = watched.map(({ analysis, spec, tally }) => {
    const { verdict, reason } = metricResult(spec, tally, ended);
    return {
      analysis: analysis.name,
      spec,
      tally,
      // Where another metric ended the analysis, this one has not decided.
      verdict: verdict === 'open' ? ('inconclusive' as const) : verdict,
      reason: verdict === 'open' ? 'not finished' : reason,
    };
  });
  const verdict = worstAnalysis(metrics.map((metric) => metric.verdict));
  const decisive = metrics.find((metric) => metric.verdict === verdict && verdict !== 'pass');
  return {
    verdict,
    reason: decisive === undefined ? '' : `${decisive.analysis} / ${decisive.spec.name}: ${decisive.reason}`,
    metrics,
  };
}
