import type { TextRule } from '../columns/column-batch.ts';
import { linearPattern } from '../schema/regular-expressions.ts';

/** Texts whose answer is kept. */
const REMEMBERED = 10_000;

/** Whether a single text keeps a rule; for the columns whose texts the engine does not hold to it. */
export function textPredicate(rule: TextRule): (text: string) => boolean {
  switch (rule.kind) {
    case 'pattern': {
      const pattern = linearPattern(rule.source, 'u');
      return remembered((text) => pattern.test(text));
    }
    case 'values': {
      const values = new Set(rule.values);
      return (text) => values.has(text);
    }
    case 'length': {
      const { min = 0, max = Number.POSITIVE_INFINITY } = rule;
      return (text) => {
        const length = codePoints(text);
        return length >= min && length <= max;
      };
    }
    case 'test':
      return remembered(rule.holds);
    default:
      return rule satisfies never;
  }
}

/** Length as JSON Schema and the contract standard count it. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Columns repeat their values: an answer for a text is kept, up to a number of texts. */
export function remembered(test: (text: string) => boolean): (text: string) => boolean {
  const answers = new Map<string, boolean>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const answer = test(text);
    if (answers.size < REMEMBERED && text.length < 100) answers.set(text, answer);
    return answer;
  };
}
