import { ActionError } from '../errors.ts';
import type { Output } from './protocol.ts';

/** What a model said about the rows of a test set. At least one of the two is there. */
export interface Scores {
  /**
   * A label for each row. Whole numbers where the answer has one number a row and all are whole: whether these are
   * labels or values, only the task can tell, so they are in `numbers` as well.
   */
  readonly labels: readonly (string | number)[] | undefined;
  /** Row after row, `width` finite values each: probabilities, scores, or with a width of 1 perhaps predictions. */
  readonly numbers:
    | {
        readonly values: Float64Array;
        readonly width: number;
        /** Names of the values, such as classes, where the answer has them. */
        readonly names: readonly string[] | undefined;
      }
    | undefined;
}

const LABEL = /^((output|y)_?)?(labels?|class(es)?|pred(ict(ed|ions?)?)?(_?(labels?|class(es)?))?)(-?\d+)?$/i;
/** Names of outputs that hold probabilities or scores, the better ones first. */
const SCORES = [/prob/i, /score/i, /logit/i];

/**
 * Decides which output is the label and which are the numbers.
 *
 * A text is the label. Without one it is an output named like one, or the only output of whole numbers beside others.
 * Numbers are the rest: one output, one named like probabilities or scores, or single numbers that are taken together.
 *
 * @param outputs - of all rows, or of a part for which the choice is the same but for whole numbers
 * @throws ActionError server-failed when there are several that could be meant
 */
export function scoresOf(outputs: readonly Output[], server: string): Scores {
  const texts = outputs.filter((output) => output.kind === 'texts');
  const numbers = outputs.filter((output) => output.kind === 'numbers');
  const text = texts.length > 1 ? only(texts.filter(isLabel), outputs, server, 'label') : texts[0];
  const single = text ? undefined : labelNumber(numbers);
  const rest = numbers.filter((output) => output !== single);
  const label = single && wholeNumbers(single);
  // A prediction that is no whole number is a value, and what stands beside it are remarks on it.
  if (single && (!label || rest.length === 0)) return { labels: label, numbers: single };
  return {
    labels: text?.values ?? label,
    numbers: rest.length === 0 ? undefined : together(rest, outputs, server),
  };
}

type Numbers = Extract<Output, { kind: 'numbers' }>;

const isLabel = ({ name }: Output): boolean => name !== '' && LABEL.test(name);

/** The output of one number a row that is the label, by its name or for want of another. */
function labelNumber(numbers: readonly Numbers[]): Numbers | undefined {
  const single = numbers.filter(({ width }) => width === 1);
  if (numbers.length === 1) return single[0];
  return single.find(isLabel) ?? (single.length === 1 && wholeNumbers(single[0]) ? single[0] : undefined);
}

function wholeNumbers(output: Numbers | undefined): readonly number[] | undefined {
  const whole = output?.values.every((value) => Number.isInteger(value));
  return output && whole ? [...output.values] : undefined;
}

function together(rest: readonly Numbers[], outputs: readonly Output[], server: string): Scores['numbers'] {
  if (rest.length === 1) return rest[0];
  if (rest.every(({ width }) => width === 1)) return sideBySide(rest);
  for (const pattern of SCORES) {
    const named = rest.filter(({ name }) => pattern.test(name));
    if (named.length === 1) return named[0];
  }
  return only([], outputs, server, 'probabilities or scores');
}

function sideBySide(columns: readonly Numbers[]): Scores['numbers'] {
  const width = columns.length;
  const values = new Float64Array((columns[0]?.values.length ?? 0) * width);
  for (const [offset, column] of columns.entries())
    for (const [row, value] of column.values.entries()) values[row * width + offset] = value;
  return { values, width, names: columns.map(({ name }) => name) };
}

function only<T>(found: readonly T[], outputs: readonly Output[], server: string, what: string): T {
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  throw new ActionError(
    'server-failed',
    `endpoint ${server}: the answers have ${outputs.length} outputs (${outputs.map(describe).join(', ')}), and it is not clear which one is the ${what}; name them label and probabilities, or let the server give only these`,
  );
}

const describe = (output: Output): string =>
  `${output.name || 'without name'}: ${output.kind === 'texts' ? 'texts' : `${output.width} numbers a row`}`;

/**
 * The outputs of all rows from those of the requests, in order.
 *
 * @throws ActionError server-failed when the answers have different outputs
 */
export function joinOutputs(parts: readonly (readonly Output[])[], server: string): readonly Output[] {
  const [first] = parts;
  return (first ?? []).map((output, index) => {
    const column = parts.map((part) => {
      const own = part[index];
      if (own && part.length === first?.length && sameForm(own, output)) return own;
      throw new ActionError(
        'server-failed',
        `endpoint ${server}: the answers differ in form: one has ${first?.map(describe).join(', ')}, another one ${part.map(describe).join(', ') || 'nothing'}`,
      );
    });
    return joined(column, output);
  });
}

const sameForm = (a: Output, b: Output): boolean =>
  a.name === b.name &&
  a.kind === b.kind &&
  (a.kind === 'texts' ||
    (b.kind === 'numbers' && a.width === b.width && String(a.names) === String(b.names)));

function joined(parts: readonly Output[], form: Output): Output {
  if (form.kind === 'texts')
    return { ...form, values: parts.flatMap((part) => (part.kind === 'texts' ? part.values : [])) };
  const numbers = parts.filter((part) => part.kind === 'numbers');
  const values = new Float64Array(numbers.reduce((sum, part) => sum + part.values.length, 0));
  let at = 0;
  for (const part of numbers) {
    values.set(part.values, at);
    at += part.values.length;
  }
  return { ...form, values };
}
