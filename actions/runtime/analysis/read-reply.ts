import { errorMessage } from '../../lib/errors.ts';
import type { NoValue } from '../../lib/rollout/measurement.ts';
import { parseJsonStrict } from '../../lib/schema/json.ts';
import type { HttpReply } from '../runtime.ts';

/** Answers after which the same question may be answered later; any other 3xx and 4xx means that the question is wrong. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/** What stands behind a status, where more can be said than its number. */
const HINTS: ReadonlyMap<number, string> = new Map([
  [401, 'are the credentials in headers right?'],
  [403, 'may these credentials read this?'],
  [404, 'is the address right?'],
  [405, 'does a proxy in between refuse this method?'],
]);

/** What an answer other than 200, or none, means. */
export function unusable(reply: HttpReply): NoValue | undefined {
  if (reply.kind === 'no-answer')
    return {
      kind: reply.reason === 'forbidden-address' ? 'misconfigured' : 'error',
      message: `no answer (${reply.reason}: ${reply.message})`,
    };
  const { status } = reply;
  if (status === 200) return undefined;
  const wrong = status >= 300 && status < 500 && !PASSING.has(status);
  const hint = status < 400 && wrong ? 'redirects are not followed' : HINTS.get(status);
  return {
    kind: wrong ? 'misconfigured' : 'error',
    message: `the address answered ${status}${hint === undefined ? '' : `; ${hint}`}`,
  };
}

/** The JSON of an answer. A page where JSON was expected may be a proxy's that stands in for the server. */
export function jsonOf(
  body: string,
): { readonly kind: 'json'; readonly value: unknown } | Extract<NoValue, { kind: 'error' }> {
  if (/^\s*<(!doctype|html|\?xml)/i.test(body))
    return {
      kind: 'error',
      message: 'expected JSON, found a web page: does a login or a proxy stand in front of the server?',
    };
  try {
    return {
      kind: 'json',
      value: parseJsonStrict(body, 'the answer', { nonFinite: 'keep', largeIntegers: 'nearest' }).value,
    };
  } catch (error) {
    return { kind: 'error', message: errorMessage(error) };
  }
}
