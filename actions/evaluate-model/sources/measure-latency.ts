import type { Runtime } from '../../runtime/runtime.ts';
import type { LatencyRuns } from '../inputs.ts';
import type { RunnableModel } from './onnx-model.ts';

/**
 * Times of single predictions. Several models take turns on the same rows, so that whatever else the machine does
 * slows them down alike.
 *
 * @returns for each model its times in ms, in the order they were taken
 */
export async function measureLatency(
  runtime: Runtime,
  models: readonly RunnableModel[],
  rows: number,
  { warmup, runs }: LatencyRuns,
): Promise<readonly Float64Array[]> {
  const times = models.map(() => new Float64Array(runs));
  for (let call = 0; call < warmup + runs; call += 1) {
    for (const [at, model] of models.entries()) {
      const start = performance.now();
      await model.predictOne(call % rows);
      const own = times[at];
      if (own && call >= warmup) own[call - warmup] = performance.now() - start;
    }
    runtime.log.progress('Measuring latency', call + 1, warmup + runs);
  }
  return times;
}
