import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChangedLines } from '../../../../actions/lib/findings/changed-lines.ts';
import { planAnnotations, STEP_LIMITS } from '../../../../actions/lib/findings/plan-annotations.ts';
import { failed, finding } from './sample-report.ts';

const onLines = (...lines: readonly number[]) => lines.map((line) => finding({ line }));
const changedAt = (first: number, last = first): ChangedLines =>
  new Map([['data/train.csv', { path: 'data/train.csv', lines: [{ first, last }] }]]);
/** Ten columns, of which column `i` has `i + 1` findings. */
const many = (columns: number) => ({
  checks: Array.from({ length: columns }, (_, i) => failed({ field: `c${i}`, findings: i + 1 })),
  findings: Array.from({ length: columns }, (_, i) =>
    Array.from({ length: i + 1 }, (__, k) => finding({ field: `c${i}`, line: 10 * i + k + 2 })),
  ).flat(),
});

test('one finding is one annotation on its line, cell and all', () => {
  expect(planAnnotations({ checks: [failed()], findings: [finding({ column: 7 })] }, undefined)).toEqual([
    {
      level: 'error',
      title: 'invalidValues: age',
      message: 'age: expected at least 18, found "-3"',
      file: 'data/train.csv',
      line: 2,
      column: 7,
    },
  ]);
});

test('a check says on its first line how many findings it has and where the next are; the rest fills the room', () => {
  const planned = planAnnotations(
    { checks: [failed({ findings: 3_700 })], findings: onLines(2, 3, 5, 7, 11, 13, 17) },
    undefined,
  );
  expect(planned.map(({ line }) => line)).toEqual([2, 3, 5, 7, 11, 13, 17]);
  expect(planned[0]?.message).toBe(
    'age: expected at least 18, found "-3"\nOne of 3,700 findings of this check: also lines 3, 5, 7, 11, 13, …',
  );
});

test.each([
  [[finding({ line: 9 })], 'also line 9'],
  [[finding({ file: 'b.csv', line: 9 })], 'also b.csv:9'],
  [
    [finding({ line: 4 }), finding({ line: 9 }), finding({ file: 'b.csv', line: 9 })],
    'also lines 4, 9, b.csv:9',
  ],
])('further places are named briefly: %#', (others, words) => {
  const findings = [finding(), ...others];
  const [first] = planAnnotations({ checks: [failed({ findings: findings.length })], findings }, undefined);
  expect(first?.message).toMatch(new RegExp(`One of ${findings.length} findings of this check: ${words}$`));
});

test('lines that the pull request changed come first, within a check and among checks', () => {
  const { checks, findings } = many(12);
  const planned = planAnnotations({ checks, findings }, changedAt(95, 97), {
    limits: { perLevel: 3, total: 9 },
  });
  expect(planned.map(({ title, line }) => [title, line])).toEqual([
    ['invalidValues: c9', 95],
    ['invalidValues: c0', 2],
    ['More findings', undefined],
  ]);
});

test('what the base branch does not have comes before all else', () => {
  const findings = onLines(2, 3, 4, 5);
  const fresh = new Set(findings.slice(3));
  const planned = planAnnotations({ checks: [failed({ findings: 4 })], findings }, changedAt(3), { fresh });
  expect(planned.map(({ line }) => line)).toEqual([5, 3, 2, 4]);
});

test('where only what is new decides, what is known is left out', () => {
  const findings = [...onLines(2, 3, 4), finding({ field: 'plan', line: 9 })];
  const checks = [failed({ findings: 3 }), failed({ field: 'plan' })];
  const fresh = new Set(findings.slice(1, 3));
  const planned = planAnnotations({ checks, findings }, undefined, { fresh, freshOnly: true });
  expect(planned.map(({ line }) => line)).toEqual([3, 4]);
  expect(planned[0]?.message).toContain('One of 2 findings of this check: also line 4');
});

test('checks without room are counted by name', () => {
  const planned = planAnnotations(many(10), undefined);
  expect(planned).toHaveLength(STEP_LIMITS.perLevel);
  expect(planned.at(-1)).toEqual({
    level: 'error',
    title: 'More findings',
    message:
      '… and 27 findings of 3 more checks: invalidValues of c7 (8), invalidValues of c8 (9), invalidValues of c9 (10). The job summary and the artifact have them.',
  });
});

test('levels have their own room, errors first where the room of all is short', () => {
  const checks = [
    failed({ field: 'a', severity: 'info' }),
    failed({ field: 'b', severity: 'warning' }),
    failed(),
  ];
  const findings = [
    finding({ field: 'a', severity: 'info' }),
    finding({ field: 'b', severity: 'warning' }),
    finding(),
  ];
  const levels = (total: number) =>
    planAnnotations({ checks, findings }, undefined, { limits: { perLevel: 8, total } }).map(
      ({ level }) => level,
    );
  expect(levels(9)).toEqual(['error', 'warning', 'notice']);
  expect(levels(2)).toEqual(['error', 'warning']);
  expect(levels(0)).toEqual([]);
});

test('rows of files without lines are in the message; a finding about the table has no place', () => {
  const { line: _, ...parquet } = finding({ file: 'a.parquet', row: 12 });
  const table = { check: 'rowCount', severity: 'error', expected: '5 to 9', message: 'rowCount: 2' } as const;
  const { field: __, ...rowCount } = failed({ check: 'rowCount' });
  expect(
    planAnnotations({ checks: [failed(), rowCount], findings: [parquet, table] }, undefined),
  ).toMatchObject([
    { file: 'a.parquet', message: 'row 12: age: expected at least 18, found "-3"' },
    { title: 'rowCount', message: 'rowCount: 2' },
  ]);
});

describe('laws', () => {
  const severity = fc.constantFrom('error', 'warning', 'info' as const);
  const group = fc.record({
    severity,
    listed: fc.integer({ min: 0, max: 5 }),
    more: fc.integer({ min: 0, max: 9 }),
  });

  test('never over a limit, and every check with findings is shown or named', () => {
    fc.assert(
      fc.property(
        fc.array(group, { maxLength: 30 }),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 0, max: 30 }),
        (groups, perLevel, total) => {
          const checks = groups.map(({ severity: own, listed, more }, i) =>
            failed({ field: `<${i}>`, severity: own, findings: listed + more }),
          );
          const findings = groups.flatMap(({ severity: own, listed }, i) =>
            onLines(...Array.from({ length: listed }, (_, k) => k)).map((one) => ({
              ...one,
              field: `<${i}>`,
              severity: own,
            })),
          );
          const planned = planAnnotations({ checks, findings }, undefined, { limits: { perLevel, total } });
          expect(planned.length).toBeLessThanOrEqual(total);
          for (const level of ['error', 'warning', 'notice'])
            expect(planned.filter((one) => one.level === level).length).toBeLessThanOrEqual(perLevel);
          if (total < 3 * perLevel) return;
          const text = JSON.stringify(planned);
          for (const [i, { listed }] of groups.entries()) if (listed > 0) expect(text).toContain(`<${i}>`);
        },
      ),
    );
  });
});
