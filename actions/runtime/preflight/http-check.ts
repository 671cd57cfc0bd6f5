import { durationText } from '../../lib/duration.ts';
import { readNumber } from '../../lib/rollout/read-number.ts';
import type { PreflightCheck } from '../../lib/rollout/rollout.ts';
import { type AnalysisValues, fillTemplate } from '../../lib/rollout/template.ts';
import { jsonOf } from '../analysis/read-reply.ts';
import { requestHeaders } from '../analysis/request-headers.ts';
import type { HttpReply, Runtime } from '../runtime.ts';
import type { CheckResult } from './command-check.ts';

type HttpCheck = Extract<PreflightCheck, { kind: 'http' }>;
type Answer = Extract<HttpReply, { kind: 'answer' }>;

const LARGEST_BODY = 10 * 1024 * 1024;
/** A server that has just been started may need a moment. */
const TRIES = 3;
const RETRY_MS = 5_000;

/** Answers of what stands before the server, or of a server that is too busy: they say nothing about the model. */
const IN_BETWEEN: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504]);

const PASSED: CheckResult = { kind: 'passed', message: '' };
const failed = (message: string): CheckResult => ({ kind: 'failed', message });
const unknown = (message: string): CheckResult => ({ kind: 'unknown', message });

/**
 * Sends one known request and looks at the answer: its status, how long it took, and a value in it.
 *
 * @throws ActionError invalid-input for a header whose variable is not set, not-found for a body that is not there
 */
export async function checkByHttp(
  runtime: Runtime,
  check: HttpCheck,
  values: AnalysisValues,
): Promise<CheckResult> {
  const body =
    check.bodyFile === undefined ? undefined : await runtime.files.readText(check.bodyFile, LARGEST_BODY);
  const headers = {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...requestHeaders(runtime, check.headers, values),
  };
  let result = unknown('it was not asked');
  for (let tries = 1; tries <= TRIES; tries++) {
    const begun = performance.now();
    const reply = await runtime.http.send({
      url: fillTemplate(check.url, values),
      method: check.method,
      headers,
      timeoutMs: check.timeoutMs,
      allowPrivateNetwork: check.allowPrivateNetwork,
      ...(body === undefined ? {} : { body }),
    });
    result = judge(check, reply, performance.now() - begun);
    if (result.kind !== 'unknown' || tries === TRIES) break;
    await runtime.clock.sleep(RETRY_MS);
  }
  return result;
}

function judge(check: HttpCheck, reply: HttpReply, tookMs: number): CheckResult {
  if (reply.kind === 'no-answer') return unknown(`no answer (${reply.reason}: ${reply.message})`);
  if (reply.status !== check.status) {
    const message = `it answered ${reply.status}, expected ${check.status}`;
    return IN_BETWEEN.has(reply.status) ? unknown(message) : failed(message);
  }
  const { maxLatencyMs } = check;
  if (maxLatencyMs !== undefined && tookMs > maxLatencyMs)
    return failed(
      `it took ${durationText(Math.round(tookMs))}, at most ${durationText(maxLatencyMs)} are allowed`,
    );
  return check.pointer === undefined ? PASSED : judgeValue(reply, check.pointer, check.between);
}

function judgeValue({ body }: Answer, pointer: string, between: HttpCheck['between']): CheckResult {
  const document = jsonOf(body);
  if (document.kind !== 'json') return failed(document.message);
  const found = readNumber(document.value, pointer);
  if (found.kind !== 'value') return failed(found.message);
  if (between === undefined) return PASSED;
  const [least, greatest] = between;
  return found.value >= least && found.value <= greatest
    ? PASSED
    : failed(`${pointer} is ${found.value}, expected ${least} to ${greatest}`);
}
