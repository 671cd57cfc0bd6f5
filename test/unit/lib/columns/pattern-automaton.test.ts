import fc from 'fast-check';
import { RE2JS } from 're2js';
import { expect, test } from 'vitest';
import { HARMLESS_TEXTS } from '../../../../actions/lib/checks/sensitive/secrets.ts';
import {
  type PatternAutomaton,
  patternAutomaton,
} from '../../../../actions/lib/columns/pattern-automaton.ts';

const BEYOND = 1;

/** Runs the automaton as the kernel does; `undefined` where it leaves the decision to others. */
function run({ table, start, accepting }: PatternAutomaton, text: string): boolean | undefined {
  let state = start;
  for (const byte of new TextEncoder().encode(text)) state = table[state * 256 + byte] ?? 0;
  return state === BEYOND ? undefined : accepting[state] === 1;
}

const compiled = (source: string): PatternAutomaton => {
  const automaton = patternAutomaton(source);
  if (automaton === undefined) throw new Error(`${source} has no automaton`);
  return automaton;
};

/** Patterns, and whether they treat all characters beyond ASCII alike, so that the automaton always decides. */
const PATTERNS: readonly (readonly [source: string, decides: boolean])[] = [
  ['^[A-Z]{3}-[0-9]+$', true],
  ['^[^@]*$', true],
  ['^[^@0-9]*(?:[0-9][^@0-9]*){0,6}$', true],
  ...HARMLESS_TEXTS.map((source) => [source, true] as const),
  ['^.*$', true],
  ['^(?:a.|b)+$', true],
  ['s$', true],
  ['(?s)^a.?b', true],
  ['(?i)^(?:sk|x)+$', false],
  ['é', false],
  ['^[^é]*$', false],
  ['^[a-zà-ÿ ]+$', false],
  ['\\pL+$', false],
];
const CHARACTERS = [
  'a',
  'b',
  's',
  'k',
  'K',
  'x',
  '@',
  '-',
  '/',
  ':',
  '0',
  '7',
  '\n',
  ' ',
  'é',
  'ÿ',
  'ſ',
  '\u212a',
  '漢',
  '😀',
];
const textsOf = (characters: readonly string[], maxLength: number) =>
  fc.array(fc.constantFrom(...characters), { maxLength }).map((parts) => parts.join(''));
/** Of few characters, so that patterns that want a certain order are met. */
const texts = fc.oneof(textsOf(CHARACTERS, 30), textsOf(['a', 'b', 'é', '😀'], 8));

test.each(PATTERNS)('%s means to the automaton what it means to RE2', (source, decides) => {
  const automaton = compiled(source);
  const pattern = RE2JS.compile(RE2JS.translateRegExp(source));
  let decided = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const found = run(automaton, text);
      if (found === undefined) return !decides;
      decided += 1;
      return found === pattern.matcher(text).find();
    }),
    { seed: 7, numRuns: 500 },
  );
  expect(decided).toBeGreaterThan(50);
});

test.each(['a\\b', '(?m)^a$'])('%s has no automaton', (source) => {
  expect(patternAutomaton(source)).toBeUndefined();
});
