import type { Measurement } from '../../lib/rollout/measurement.ts';
import type { MetricSource } from '../../lib/rollout/rollout.ts';
import type { Runtime } from '../runtime.ts';
import { measureArtifact } from './artifact.ts';
import { measureCommand } from './command.ts';
import { measureHttpJson } from './http-json.ts';
import { measurePrometheus } from './prometheus.ts';
import type { Measure, Measured } from './provider.ts';

/** The ways to measure, by the `type` of a metric's source. */
const providers: { readonly [T in MetricSource['type']]: Measure<T> } = {
  'http-json': measureHttpJson,
  prometheus: measurePrometheus,
  command: measureCommand,
  artifact: measureArtifact,
};

/** Asks a source about a version. */
export function measureSource<T extends MetricSource['type']>(
  runtime: Runtime,
  source: Extract<MetricSource, { type: T }>,
  measured: Measured,
): Promise<Measurement> {
  const measure: Measure<T> = providers[source.type];
  return measure(runtime, source, measured);
}
