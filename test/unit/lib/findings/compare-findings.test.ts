import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../../actions/lib/documents/validation.ts';
import { compareFindings } from '../../../../actions/lib/findings/compare-findings.ts';
import { groupFindings } from '../../../../actions/lib/findings/finding-group.ts';
import { freshOf } from '../../../../actions/lib/findings/fresh-findings.ts';
import {
  changeText,
  comparisonLine,
  judgeNew,
  unknownText,
  worseGroups,
} from '../../../../actions/lib/findings/judge-new.ts';
import { failed, finding, report } from './sample-report.ts';

const NEVER = { checks: [], findings: [], counts: { errors: 0, warnings: 0, infos: 0 } };
const passed = failed({ status: 'pass', measured: 0, findings: 0 });
/** A report with findings of these values on lines 2, 3, … plus a shift; all are listed unless a count says more. */
const withValues = (values: readonly string[], shift = 0, count = values.length) =>
  report({
    checks: [count === 0 ? passed : failed({ findings: count, measured: count })],
    findings: values.map((value, i) => finding({ value, line: i + 2 + shift })),
  });

describe('what is new', () => {
  test('the same findings on shifted lines are known', () => {
    const comparison = compareFindings(withValues(['-3', '-4']), withValues(['-3', '-4'], 100));
    expect(comparison).toMatchObject({ groups: [], known: 2, gone: 0 });
    expect(judgeNew(comparison)).toBe('pass');
    expect(comparisonLine(comparison)).toBe('No new findings, 2 known');
  });

  test('another value is new, and which one is told', () => {
    const head = withValues(['-3', '-5', '-4']);
    const comparison = compareFindings(withValues(['-3', '-4']), head);
    expect(comparison.groups).toEqual([
      {
        ...{ check: 'invalidValues', field: 'age', severity: 'error', before: 2, now: 3 },
        ...{ atLeast: 1, atMost: 1, change: 'more' },
      },
    ]);
    expect([...comparison.fresh]).toEqual([head.findings[1]]);
    expect(judgeNew(comparison)).toBe('fail');
    expect(comparisonLine(comparison)).toBe('1 new finding (1 error), 2 known');
  });

  test('equal values are counted: one more of the same is new', () => {
    const comparison = compareFindings(withValues(['', '']), withValues(['', '', '']));
    expect(comparison.groups).toMatchObject([{ atLeast: 1, atMost: 1 }]);
  });

  test('one mended and one made is one new and one gone', () => {
    const comparison = compareFindings(withValues(['-3', '-4']), withValues(['-3', '-9']));
    expect(comparison).toMatchObject({ groups: [{ atLeast: 1, atMost: 1 }], known: 1, gone: 1 });
  });

  test('with lists that were cut, the counts decide', () => {
    const base = withValues(['-3', '-4'], 0, 500);
    const same = compareFindings(base, withValues(['-5', '-6'], 0, 500));
    expect(same.groups).toMatchObject([{ atLeast: 0, atMost: 500 }]);
    expect(worseGroups(same)).toEqual({ worse: [], unknown: 1 });
    expect(unknownText(1)).toContain('1 check has as many findings as before');
    expect(judgeNew(same)).toBe('pass');
    const more = compareFindings(base, withValues(['-5', '-6'], 0, 503));
    expect(more.groups).toMatchObject([{ atLeast: 3, atMost: 503 }]);
    expect(more.groups.map(changeText)).toEqual(['more than before, at most 503 new']);
    expect(judgeNew(more)).toBe('fail');
    expect(comparisonLine(more)).toBe('At least 3 new findings (3 errors), 500 known');
  });

  test('a check that passed before fails newly, however many rows its limit let pass', () => {
    const limit = { unit: 'percent', expected: 'at most 2' } as const;
    const base = report({
      checks: [failed({ ...limit, status: 'pass', measured: 1.9, findings: 0 })],
      findings: [],
    });
    const head = report({
      checks: [failed({ ...limit, measured: 2.1, findings: 21 })],
      findings: [finding()],
    });
    expect(compareFindings(base, head).groups).toMatchObject([
      { before: 19, now: 21, atLeast: 2, atMost: 21, change: 'failed-only-now' },
    ]);
  });

  test('a check that the base report does not have is new', () => {
    const comparison = compareFindings(report(NEVER), withValues(['-3']));
    expect(comparison.groups).toMatchObject([{ change: 'new-check', atLeast: 1 }]);
  });

  test('a number of the whole table that failed before fails still, with another value and another limit', () => {
    const statistic = (value: string, expected: string) =>
      report({
        checks: [failed({ check: 'statistic', unit: 'rows', findings: 1 })],
        findings: [
          {
            ...{ check: 'statistic', severity: 'error', field: 'age', value, expected },
            message: `age: ${value}`,
          },
        ],
      });
    expect(compareFindings(statistic('12', '20 to 30'), statistic('13', '20 to 30')).groups).toEqual([]);
    expect(compareFindings(statistic('12', '20 to 30'), statistic('13', '20 to 40')).groups).toEqual([]);
  });

  test('a renamed file keeps its findings', () => {
    const base = withValues(['-3']);
    const head = report({ findings: [finding({ file: 'data/new.csv' })] });
    expect(compareFindings(base, head).groups).toMatchObject([{ atLeast: 1 }]);
    expect(compareFindings(base, head, new Map([['data/train.csv', 'data/new.csv']])).groups).toEqual([]);
  });

  test('what can no longer be measured is told and leaves the verdict open', () => {
    const lost = report({
      checks: [failed({ status: 'undefined', measured: null, findings: 0 })],
      findings: [],
    });
    const comparison = compareFindings(withValues([]), lost);
    expect(comparison.groups).toMatchObject([{ change: 'not-measured' }]);
    expect(judgeNew(comparison)).toBe('inconclusive');
    expect(comparisonLine(comparison)).toBe('No new findings, 1 check without an answer now, 0 known');
    expect(compareFindings(lost, lost).groups).toEqual([]);
    const open = report({ checks: [failed({ status: 'inconclusive', findings: 0 })], findings: [] });
    expect(compareFindings(withValues([]), open).groups).toMatchObject([{ change: 'not-measured' }]);
    expect(compareFindings(lost, open).groups).toEqual([]);
  });

  test('warnings warn, and drift counts when it was not there before', () => {
    const drift = (status: 'drifted' | 'stable') => ({
      ...({ reference: 'r', severity: 'error', alpha: 0.01, threshold: 0.1, minSample: 30 } as const),
      results: [
        {
          field: 'age',
          test: 'distribution',
          status,
          referenceCount: 9,
          currentCount: 9,
          exact: true,
        } as const,
      ],
    });
    const warned = report({
      checks: [failed({ severity: 'warning' })],
      findings: [finding({ severity: 'warning' })],
    });
    expect(judgeNew(compareFindings(withValues([]), warned))).toBe('warn');
    const moved = compareFindings(
      report({ ...NEVER, drift: drift('stable') }),
      report({ ...NEVER, drift: drift('drifted') }),
    );
    expect(moved.drift).toHaveLength(1);
    expect([judgeNew(moved), judgeNew(moved, 'error')]).toEqual(['warn', 'fail']);
    const own = { ...moved, drift: moved.drift.map((one) => ({ ...one, severity: 'error' as const })) };
    expect(judgeNew(own)).toBe('fail');
    expect(
      compareFindings(
        report({ ...NEVER, drift: drift('drifted') }),
        report({ ...NEVER, drift: drift('drifted') }),
      ).drift,
    ).toEqual([]);
  });
});

test('a finding counts with its check, whether or not it names the column the check is about', () => {
  const { field: _, ...nameless } = finding({ line: 3 });
  const { field: __, ...table } = failed({ check: 'schemaMatch' });
  const groups = groupFindings({
    checks: [failed({ findings: 2 }), table],
    findings: [finding(), nameless, finding({ check: 'schemaMatch', field: 'plan' })],
  });
  expect(groups.map(({ check, total, findings }) => [check, total, findings.length])).toEqual([
    ['invalidValues', 2, 2],
    ['schemaMatch', 1, 1],
  ]);
});

test('columns of the same name in different tables are different columns', () => {
  const checks = ['people', 'plans'].map((table) => failed({ table, findings: 1 }));
  const groups = groupFindings({ checks, findings: [finding()] });
  expect(groups.map(({ table, findings }) => [table, findings.length])).toEqual([
    ['people', 1],
    ['plans', 0],
  ]);
});

describe('laws', () => {
  const value = fc.constantFrom('a', 'b', 'c', 'd');
  const values = fc.array(value, { maxLength: 30 });
  const toFindings = (texts: readonly string[]): readonly Finding[] =>
    texts.map((text) => finding({ value: text }));
  const counts = (texts: readonly string[]) =>
    texts.reduce((map, text) => map.set(text, (map.get(text) ?? 0) + 1), new Map<string, number>());
  /** Straight from the definition: of each value, how many more there are now. */
  const truth = (before: readonly string[], now: readonly string[]): number =>
    [...counts(now)].reduce(
      (sum, [text, count]) => sum + Math.max(0, count - (counts(before).get(text) ?? 0)),
      0,
    );

  test('the bounds hold the truth, and meet it where nothing was cut', () => {
    fc.assert(
      fc.property(values, values, fc.nat(30), fc.nat(30), (before, now, keptBefore, keptNow) => {
        const group = {
          ...({ check: 'x', severity: 'error', rules: [], total: now.length } as const),
          findings: toFindings(now.slice(0, keptNow)),
        };
        const listed = toFindings(before.slice(0, keptBefore));
        const { atLeast, atMost } = freshOf(listed, before.length, group, new Map());
        const exact = truth(before, now);
        expect(atLeast).toBeLessThanOrEqual(exact);
        expect(atMost).toBeGreaterThanOrEqual(exact);
        if (keptBefore >= before.length && keptNow >= now.length)
          expect([atLeast, atMost]).toEqual([exact, exact]);
      }),
    );
  });

  test('nothing is new against itself, in any order', () => {
    fc.assert(
      fc.property(values, (texts) => {
        const shuffled = [...texts].reverse();
        expect(compareFindings(withValues(texts), withValues(shuffled, 7)).fresh.size).toBe(0);
      }),
    );
  });
});
