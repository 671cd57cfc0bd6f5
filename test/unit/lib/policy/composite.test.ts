import { expect, test } from 'vitest';
import { parseComposite, quotedId, uncovered, withGates } from '../../../../actions/lib/policy/composite.ts';
import { parseInlineGate } from '../../../../actions/lib/policy/inline-gate.ts';
import type { Composite, Gate } from '../../../../actions/lib/policy/policy.ts';
import { LineError } from '../../../../actions/lib/policy/scanner.ts';

const IDS = ['auc', 'f1', 'log-loss', 'recall[age=18-25]', 'two words', 'and', 'a(b)'];

/** The condition with every operation in parentheses, so that precedence can be read. */
const shape = (part: Composite): string => {
  switch (part.kind) {
    case 'gate':
      return part.id;
    case 'every':
      return `every ${part.severity ?? 'gate'}`;
    case 'some':
      return `some ${part.severity ?? 'gate'}`;
    case 'not':
      return `not ${shape(part.term)}`;
    default:
      return `(${part.terms.map(shape).join(` ${part.kind} `)})`;
  }
};

test.each([
  ['all(error)', 'every error'],
  ['any(warning)', 'some warning'],
  ['all', 'every gate'],
  ['any ( info )', 'some info'],
  ['auc', 'auc'],
  ['recall[age=18-25]', 'recall[age=18-25]'],
  ['"two words"', 'two words'],
  ['"and"', 'and'],
  ['"a(b)"', 'a(b)'],
  ['auc and f1 and log-loss', '(auc and f1 and log-loss)'],
  ['auc or f1 and log-loss', '(auc or (f1 and log-loss))'],
  ['auc and f1 or log-loss', '((auc and f1) or log-loss)'],
  ['(auc or f1) and log-loss', '((auc or f1) and log-loss)'],
  ['not auc and f1', '(not auc and f1)'],
  ['not (auc and f1)', 'not (auc and f1)'],
  ['not not auc', 'not not auc'],
  ['auc and (f1 or all(error))', '(auc and (f1 or every error))'],
  ['(((auc)))', 'auc'],
  ['  auc  and\n f1 ', '(auc and f1)'],
])('%s is read as %s', (text, expected) => {
  expect(shape(parseComposite(text, IDS))).toBe(expected);
});

test.each([
  ['', 1, 'expected a gate, all(…), any(…), not or (, found the end of the line'],
  ['acu', 1, 'there is no gate "acu"; did you mean "auc"?'],
  ['auc and', 8, 'expected a gate'],
  ['auc f1', 5, 'expected and, or, or the end, found "f1"'],
  ['auc AND f1', 5, 'found "AND"; did you mean "and"?'],
  ['auc && f1', 5, 'found "&&"; did you mean "and"?'],
  ['auc || f1', 5, 'found "||"; did you mean "or"?'],
  ['! auc', 1, 'expected a gate, found "!"; did you mean "not"?'],
  ['auc and and', 9, 'expected a gate, found the word "and"'],
  ['all(eror)', 5, 'expected error, warning or info, found "eror"; did you mean "error"?'],
  ['all(error', 10, 'expected ) after error, found the end of the line'],
  ['all()', 5, 'expected error, warning or info, found ""'],
  ['(auc and f1', 12, 'expected ) to close the parenthesis, found the end of the line'],
  ['auc)', 4, 'expected and, or, or the end, found ")"'],
  ['"auc', 1, 'expected a gate'],
  ['two words', 1, 'there is no gate "two"'],
  ['"tow words"', 1, 'there is no gate "tow words"; did you mean "two words"?'],
  ['allow', 1, 'there is no gate "allow"'],
])('"%s" is refused at column %i', (text, column, message) => {
  const attempt = () => parseComposite(text, IDS);
  expect(attempt).toThrow(LineError);
  expect(attempt).toThrow(message);
  try {
    attempt();
  } catch (error) {
    expect(error instanceof LineError && error.column).toBe(column);
  }
});

test('two thousand characters of parentheses are read or refused, not fatal', () => {
  const text = `${'('.repeat(999)}auc${')'.repeat(999)}`;
  expect(shape(parseComposite(text, IDS))).toBe('auc');
  expect(() => parseComposite('not '.repeat(500), IDS)).toThrow('expected a gate');
});

const gate = (id: string, severity: Gate['severity']): Gate => ({
  ...parseInlineGate('f1 >= 0.5'),
  id,
  severity,
});

const GATES = [gate('auc', 'error'), gate('f1', 'error'), gate('log-loss', 'warning')];

test.each([
  ['all(error)', []],
  ['any(error)', []],
  ['all', []],
  ['auc', ['f1']],
  ['auc and f1', []],
  ['auc or not f1', []],
  ['all(warning)', ['auc', 'f1']],
  ['log-loss', ['auc', 'f1']],
  ['(log-loss or all(error))', []],
])('%s leaves out %j of the required gates', (text, expected) => {
  expect(uncovered(parseComposite(text, IDS), GATES)).toEqual(expected);
});

test('gates that were given beside the policy must hold too', () => {
  const composite = { text: 'auc or f1', condition: parseComposite('auc or f1', IDS) };
  const joined = withGates(composite, ['ece <= 0.1', 'size']);
  expect(joined.text).toBe('(auc or f1) and "ece <= 0.1" and size');
  expect(shape(joined.condition)).toBe('((auc or f1) and ece <= 0.1 and size)');
  expect(parseComposite(joined.text, [...IDS, 'ece <= 0.1', 'size'])).toEqual(joined.condition);
  expect(withGates(composite, [])).toBe(composite);
});

test.each(['auc', 'two words', 'a(b)', 'and', 'recall[age=18-25]'])(
  'the id %s as a composite names it is read as that id',
  (id) => {
    expect(parseComposite(quotedId(id), IDS)).toEqual({ kind: 'gate', id });
  },
);
