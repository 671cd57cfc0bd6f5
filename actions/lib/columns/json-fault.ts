import type { ActionErrorCode } from '../errors.ts';
import { LIMITS } from '../tabular/limits.ts';
import type { Place } from './column-batch.ts';
import { PlacedError } from './placed-error.ts';

/** Why the kernel stopped cutting; numbered as actions/kernels/json.ts numbers them. */
export const STOP = {
  none: 0,
  unfamiliar: 1,
  notObject: 2,
  key: 3,
  colon: 4,
  value: 5,
  number: 6,
  text: 7,
  escape: 8,
  separator: 9,
  twice: 10,
  deep: 11,
  behindRecord: 12,
  notArray: 13,
  behindArray: 14,
  long: 15,
} as const;

/** Records one a line, or in one array. */
export type JsonForm = 'jsonl' | 'json';

/** Where a cut stopped. Values of a file may be nobody's business, so messages repeat punctuation and keys only. */
export interface Stopped {
  readonly stop: number;
  readonly form: JsonForm;
  /** Some text from the beginning of the token on to where the cut stopped, and from there on. */
  readonly token: string;
  readonly rest: string;
  /** What stands before, without white space at its end. */
  readonly before: string;
  /** The text ends here. */
  readonly ended: boolean;
}

/** What is not JSON, or goes beyond a limit. */
export class JsonFault extends PlacedError {
  constructor(file: string, place: Place, message: string, code: ActionErrorCode = 'invalid-file') {
    const column = place.column === undefined ? '' : `:${place.column}`;
    super(place.block ?? 0, place.line ?? 1, [`${file}:`, `${column}: ${message}`], code);
  }
}

/** What is said of a record that is longer than any may be. */
export const TOO_LONG = `a record longer than ${LIMITS.recordLength} bytes; is a line end or a bracket missing?`;

/** What is wrong where a cut stopped, and what to do. */
export function explainStop(stopped: Stopped): string {
  if (stopped.ended)
    return stopped.form === 'json'
      ? 'the file ends inside the array; is it cut off?'
      : 'not valid JSON: the line ends inside its object; JSON Lines has one whole object a line. Is the file cut off, or the object written over several lines?';
  const explain = EXPLANATIONS[stopped.stop];
  if (explain === undefined) throw new Error(`the kernel stopped for no known reason: ${stopped.stop}`);
  return explain(stopped);
}

type Explain = (stopped: Stopped) => string;

const invalid =
  (expected: (stopped: Stopped) => string): Explain =>
  (stopped) =>
    `not valid JSON: ${expected(stopped)}`;

const EXPLANATIONS: Readonly<Record<number, Explain>> = {
  [STOP.notObject]: (stopped) => {
    if (stopped.form === 'jsonl' && stopped.rest.startsWith('['))
      return 'expected an object, found an array; if the file is one array of objects, set format to json';
    if (',]'.includes(stopped.rest.slice(0, 1))) return invalid(expectedValue)(stopped);
    return `expected an object with a value for each column, found ${found(stopped)}`;
  },
  [STOP.key]: invalid(
    (stopped) => surplusComma(stopped) ?? `expected a key in double quotes, found ${found(stopped)}`,
  ),
  [STOP.colon]: invalid((stopped) => `expected ":" after the key, found ${found(stopped)}`),
  [STOP.value]: invalid(expectedValue),
  [STOP.number]: invalid(malformedNumber),
  [STOP.text]: invalid(({ rest }) => {
    const code = rest.charCodeAt(0);
    if (code === 10 || code === 13)
      return 'a text that is not closed before the line ends; line breaks in a text are written \\n';
    return `the control character 0x${code.toString(16).padStart(2, '0')} in a text; it is written \\u${code.toString(16).padStart(4, '0')}`;
  }),
  [STOP.escape]: invalid(
    () => 'a backslash in a text that begins no escape of JSON; the backslash itself is written \\\\',
  ),
  [STOP.separator]: invalid((stopped) => {
    if (/[\d.]$/.test(stopped.before) && /^[\w.+-]/.test(stopped.rest)) return malformedNumber(stopped);
    return `expected "," or a closing bracket, found ${found(stopped)}`;
  }),
  [STOP.twice]: ({ rest }) =>
    `the key ${/^"(?:[^"\\]|\\.)*"/.exec(rest)?.[0] ?? ''} stands twice in one object; each column needs one value`,
  [STOP.deep]: () => 'nested deeper than 200 levels',
  [STOP.behindRecord]: (stopped) =>
    stopped.rest.startsWith(',')
      ? 'a comma after the object; JSON Lines has nothing between its lines'
      : `expected the end of the line after the object, found ${found(stopped)}; JSON Lines has one object a line`,
  [STOP.notArray]: (stopped) =>
    stopped.rest.startsWith('{')
      ? 'expected an array of objects, found an object; if there is one object a line, set format to jsonl'
      : `expected an array of objects, found ${found(stopped)}`,
  [STOP.long]: () => TOO_LONG,
  [STOP.behindArray]: () => 'text after the end of the array',
};

function expectedValue(stopped: Stopped): string {
  if (/^-?(nan|infinity|inf)\b/i.test(stopped.rest)) return NON_FINITE;
  return surplusComma(stopped) ?? `expected a value, found ${found(stopped)}`;
}

function malformedNumber({ token, rest }: Stopped): string {
  if (/^-?i/i.test(token + rest)) return NON_FINITE;
  return 'a number that is not written as JSON has them: no "+" before it, no zero before other digits, digits on both sides of the point';
}

const NON_FINITE = 'NaN and Infinity are not numbers of JSON; write null';

const surplusComma = ({ before, rest }: Stopped): string | undefined =>
  before.endsWith(',') && /^[}\]]/.test(rest)
    ? `a comma before "${rest[0]}"; JSON has none there`
    : undefined;

/** Words of other languages that stand where JSON wants a value. */
const FOREIGN = /^(?:None|True|False|undefined|NULL|Null|TRUE|FALSE)\b/;
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^\/[/*]|^#/, 'a comment, which JSON does not have'],
  [/^'/, 'a single quote; JSON uses double quotes'],
  [/^"/, 'a text'],
  [/^[-\d]/, 'a number'],
  [/^(?:true|false)\b/, 'a boolean'],
  [/^null\b/, 'null'],
  [/^[\p{L}_]/u, 'a word without quotes'],
  [/^[\r\n]/, 'the end of the line'],
  [/^\[/, 'an array'],
  [/^\{/, 'an object'],
];

function found({ rest }: Stopped): string {
  const foreign = FOREIGN.exec(rest)?.[0];
  if (foreign !== undefined) return `${foreign}, which JSON writes in its own words (null, true, false)`;
  const kind = KINDS.find(([pattern]) => pattern.test(rest));
  return kind?.[1] ?? JSON.stringify([...rest][0] ?? '');
}
