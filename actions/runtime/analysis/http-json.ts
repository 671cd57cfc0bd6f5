import { errorMessage } from '../../lib/errors.ts';
import type { Measurement } from '../../lib/rollout/analysis-verdict.ts';
import { readNumber } from '../../lib/rollout/read-number.ts';
import type { MetricSpec } from '../../lib/rollout/rollout.ts';
import { fillTemplate } from '../../lib/rollout/template.ts';
import { parseJsonStrict } from '../../lib/schema/json.ts';
import type { HttpReply } from '../runtime.ts';
import type { Measure } from './provider.ts';

/** Answers after which the same question may be answered later; any other 4xx means that the question is wrong. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/** Measures a number that a web address answers with, somewhere in a JSON document. */
export const measureHttpJson: Measure = async (runtime, spec, variables) => {
  const reply = await runtime.http.send({
    url: fillTemplate(spec.url, variables),
    method: 'GET',
    timeoutMs: spec.timeoutMs,
    allowPrivateNetwork: spec.allowPrivateNetwork,
  });
  return measurementOf(reply, spec);
};

function measurementOf(reply: HttpReply, spec: MetricSpec): Measurement {
  if (reply.kind === 'no-answer')
    return {
      kind: reply.reason === 'forbidden-address' ? 'misconfigured' : 'error',
      message: `no answer (${reply.reason}: ${reply.message})`,
    };
  const { status, body } = reply;
  if (status >= 400 && status < 500 && !PASSING.has(status))
    return { kind: 'misconfigured', message: `the address answered ${status}` };
  if (status !== 200) return { kind: 'error', message: `the address answered ${status}` };
  let document: unknown;
  try {
    document = parseJsonStrict(body, 'the answer', { nonFinite: 'keep', largeIntegers: 'nearest' }).value;
  } catch (error) {
    return { kind: 'error', message: errorMessage(error) };
  }
  const measured = readNumber(document, spec.pointer);
  if (measured.kind !== 'value' || spec.samplesPointer === undefined) return measured;
  const samples = readNumber(document, spec.samplesPointer);
  if (samples.kind === 'misconfigured') return samples;
  return { ...measured, samples: samples.kind === 'value' ? samples.value : undefined };
}
