import { ActionError, errorMessage } from '../errors.ts';
import { parseJsonStrict } from '../schema/json.ts';
import { rowsName } from './data-rows.ts';
import { excerpt } from './excerpt.ts';
import type { AnsweredRows, HttpAnswer } from './protocol.ts';

const HTML = /^\s*<(!doctype|html|head|body|\?xml|[a-z]+[\s>])/i;

/** An error about an answer: who answered, to which rows, and what is wrong with it. */
export const badAnswer = (rows: AnsweredRows, what: string): ActionError =>
  new ActionError(
    'server-failed',
    `endpoint ${rows.server}: the answer to ${rowsName(rows.data, rows.from, rows.to)} ${what}`,
  );

/** What to do about a status; the others speak for themselves, or their answers do. */
const ADVICE: ReadonlyMap<number, string> = new Map([
  [401, 'give the credentials it wants with endpoint-headers'],
  [403, 'the credentials in endpoint-headers must permit this'],
  [404, 'is the name of the model right, and the protocol?'],
  [405, 'is this the address to predict with, and the protocol right?'],
  [413, 'send fewer rows in one request (batch-size)'],
  [415, 'is the protocol right?'],
]);

/** What pandas says in KServe's servers when an instance is an object of bare values. */
const BARE_VALUES = 'If using all scalar values';
const FRAME_ADVICE = 'this server takes all rows as one data frame: set the form of instances to frame';

/**
 * The JSON of an answer of success.
 *
 * @throws ActionError server-failed for another status, an empty body, HTML and anything else that is not JSON
 */
export function answerJson(answer: HttpAnswer, rows: AnsweredRows): unknown {
  const { status, text } = answer;
  if (status !== 200 && status !== 201) {
    const advice = text.includes(BARE_VALUES) ? FRAME_ADVICE : ADVICE.get(status);
    throw badAnswer(rows, `has status ${status}${saying(answer, rows.redact)}${advice ? `; ${advice}` : ''}`);
  }
  if (text.trim() === '') throw badAnswer(rows, 'is empty; expected JSON with predictions');
  if (isHtml(answer))
    throw badAnswer(
      rows,
      `is a web page and not JSON, although its status is ${status}: ${excerpt(text, rows.redact)}; is this the address of the model server itself, and does it want a header (endpoint-headers)?`,
    );
  return parse(text, rows);
}

/** Whether an answer is a page for people, as proxies and log-in forms give. */
export const isHtml = ({ contentType, text }: HttpAnswer): boolean =>
  /^(text\/html|application\/xhtml)/i.test(contentType.trim()) || HTML.test(text);

function parse(text: string, rows: AnsweredRows): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Python writes NaN and Infinity, for which there are better words where they stand among the predictions.
    try {
      return parseJsonStrict(text, 'the answer', { nonFinite: 'keep', largeIntegers: 'nearest' }).value;
    } catch (cause) {
      const why = rows.redact(errorMessage(cause));
      throw badAnswer(rows, `is not JSON (${why}): ${excerpt(text, rows.redact)}`);
    }
  }
}

/** Where servers put what went wrong: OIP v2 and KServe, MLflow, FastAPI, Flask and others. */
const MESSAGE_KEYS = ['error', 'message', 'detail', 'reason', 'error_message'];

/** `: "…"` with what an answer of failure says, the server's own message where it is JSON; or nothing. */
export function saying({ text }: HttpAnswer, redact: (text: string) => string): string {
  if (text.trim() === '') return '';
  return `: ${excerpt(messageIn(text) ?? text, redact)}`;
}

function messageIn(text: string): string | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null) return undefined;
    const found = Object.entries(body).filter(([key]) => MESSAGE_KEYS.includes(key));
    if (found.length === 0) return undefined;
    return found.map(([, value]) => (typeof value === 'string' ? value : JSON.stringify(value))).join('; ');
  } catch {
    return undefined;
  }
}
