import { ActionError } from '../../lib/errors.ts';
import {
  analysisVariables,
  type MeasuredStep,
  type MeasuredVersion,
} from '../../lib/rollout/analysis-variables.ts';
import type { Measurement, Observation } from '../../lib/rollout/measurement.ts';
import type { MetricSpec } from '../../lib/rollout/rollout.ts';
import { throwIfCancelled } from '../clock.ts';
import type { Runtime } from '../runtime.ts';
import { measureSource } from './catalog.ts';

/** At this weight no stable version answers requests any more, so that there is nothing to measure beside the candidate. */
const ALL_TRAFFIC = 100;

/**
 * Measures the candidate, and where the metric compares, at the same time the stable version in the same way.
 *
 * @throws ActionError cancelled
 */
export async function observe(
  runtime: Runtime,
  spec: MetricSpec,
  step: MeasuredStep,
  candidate: MeasuredVersion,
): Promise<Observation> {
  const { stable } = step;
  const compared = spec.compare !== undefined && step.weight < ALL_TRAFFIC ? stable : undefined;
  const ask = (version: MeasuredVersion) => measureVersion(runtime, spec, step, version);
  const [ofCandidate, ofStable] = await Promise.all([
    ask(candidate),
    compared === undefined ? undefined : ask(compared),
  ]);
  return { candidate: ofCandidate, stable: ofStable };
}

async function measureVersion(
  runtime: Runtime,
  { source }: MetricSpec,
  step: MeasuredStep,
  version: MeasuredVersion,
): Promise<Measurement> {
  try {
    const measurement = await measureSource(runtime, source, {
      digest: version.digest,
      values: analysisVariables(step, version, runtime.clock.now()),
    });
    // What a cancelled run cuts short looks like a fault of the source.
    throwIfCancelled(runtime.signal);
    // Servers and programs may repeat in their messages what they were sent.
    return 'message' in measurement
      ? { ...measurement, message: runtime.redact(measurement.message) }
      : measurement;
  } catch (error) {
    // The environment of the step lacks what a header needs.
    if (error instanceof ActionError && error.code === 'invalid-input')
      return { kind: 'misconfigured', message: error.message };
    throw error;
  }
}
