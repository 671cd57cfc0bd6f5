import { expect, test } from 'vitest';
import {
  evaluate,
  evaluateTemplate,
  evaluateText,
  holds,
  type Scope,
  type Status,
} from '../../../../actions/local/workflow/expression.ts';
import type { Template } from '../../../../actions/local/workflow/template.ts';

const scope = (status: Status = 'success'): Scope => ({
  contexts: {
    github: {
      repository: 'o/r',
      event: { pull_request: { number: 7, labels: [{ name: 'x' }, { name: 'y' }] } },
    },
    matrix: { os: 'linux', version: 3 },
    steps: { gate: { outputs: { json: '{"value":0.85}' }, outcome: 'failure', conclusion: 'success' } },
    env: { EMPTY: '' },
    needs: { build: { result: 'success', outputs: { ok: 'true' } } },
  },
  status,
});

const literal = (value: string | boolean): Template => ({ kind: 'scalar', value, line: 1 });

// Values by GitHub's documentation of expressions (operators, literals, functions, object filters).
test.each([
  { source: 'matrix.version', expected: 3 },
  { source: "contains(github.event.pull_request.labels.*.name, 'y')", expected: true },
  {
    source: "format('{0}-{1}', github.repository, toJSON(github.event.pull_request.number))",
    expected: 'o/r-7',
  },
  { source: 'fromJSON(steps.gate.outputs.json).value', expected: 0.85 },
  { source: "join(fromJSON('[1,2]'), '+')", expected: '1+2' },
  { source: "github.event.missing.deep == ''", expected: true },
  { source: "'ABC' == 'abc'", expected: true },
  { source: "env.EMPTY || 'otherwise'", expected: 'otherwise' },
  { source: "'it''s ''quoted'''", expected: "it's 'quoted'" },
  { source: 'GitHub.Repository', expected: 'o/r' },
  { source: "startsWith('refs/heads/main', 'refs/heads')", expected: true },
])('$source is $expected', ({ source, expected }) => {
  expect(evaluate(source, scope())).toEqual(expected);
});

test.each([
  { source: '0.1 + 1', message: /Unexpected symbol/ },
  { source: 'nothing.here', message: /Unrecognized named-value/ },
  { source: "hashFiles('x')", message: /not available here/ },
])('$source is an error that quotes it', ({ source, message }) => {
  expect(() => evaluate(source, scope())).toThrow(message);
  expect(() => evaluate(source, scope())).toThrow(source);
});

test.each([
  { condition: undefined, after: ['success'] },
  { condition: literal("matrix.os == 'linux'"), after: ['success'] },
  { condition: literal("matrix.os == 'windows'"), after: [] },
  { condition: literal('always()'), after: ['success', 'failure', 'cancelled', 'skipped'] },
  { condition: literal('failure()'), after: ['failure'] },
  { condition: literal('cancelled()'), after: ['cancelled'] },
  { condition: literal('!cancelled()'), after: ['success', 'failure', 'skipped'] },
  { condition: literal("failure() && matrix.os == 'linux'"), after: ['failure'] },
  { condition: literal("'always()' != ''"), after: ['success'] },
  { condition: literal(false), after: [] },
  {
    condition: { kind: 'expression', source: "needs.build.outputs.ok == 'true'", line: 1 } as const,
    after: ['success'],
  },
])('if: $condition.value$condition.source runs after $after', ({ condition, after }) => {
  const statuses: readonly Status[] = ['success', 'failure', 'cancelled', 'skipped'];
  expect(statuses.filter((status) => holds(condition, scope(status)))).toEqual(after);
});

test('a value that is one expression keeps its type, as text it follows the rules of expressions', () => {
  const expression: Template = { kind: 'expression', source: 'matrix', line: 1 };
  expect(evaluateTemplate(expression, scope())).toEqual({ os: 'linux', version: 3 });
  expect(evaluateText(expression, scope())).toBe('Object');
  expect(evaluateText({ kind: 'scalar', value: null, line: 1 }, scope())).toBe('');
  expect(evaluateText(literal(true), scope())).toBe('true');
});
