import type { Measurement } from '../../lib/rollout/measurement.ts';
import { readNumber } from '../../lib/rollout/read-number.ts';

/** The value at a pointer of a document, with its number of samples from the other pointer where there is one. */
export function readValue(
  document: unknown,
  pointer: string,
  samplesPointer: string | undefined,
): Measurement {
  const measured = readNumber(document, pointer);
  if (measured.kind !== 'value' || samplesPointer === undefined) return measured;
  const samples = readNumber(document, samplesPointer);
  if (samples.kind === 'misconfigured') return samples;
  return { ...measured, samples: samples.kind === 'value' ? samples.value : undefined };
}
