import { expect, test } from 'vitest';
import type { Rule } from '../../../../actions/lib/checks/check.ts';
import { countRepeats } from '../../../../actions/lib/checks/duplicates.ts';
import type { KeyGroup, KeyIndex, RowLookup } from '../../../../actions/lib/columns/key-index.ts';
import type { PlainFile } from '../../../support/plain-batch.ts';
import { type PlainTable, runRules } from '../../../support/plain-run.ts';

const rule = (check: string, given: Rule['arguments'], more: Partial<Rule> = {}): Rule => ({
  check,
  severity: 'error',
  arguments: given,
  ...more,
});
const column = (cells: readonly string[]): PlainFile => ({ columns: { x: cells, y: cells.map(() => 'a') } });
/** 0.5, 1.5, …: as many different numbers. */
const numbers = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => String(at + 0.5));
const capped = (file: PlainFile): PlainTable => ({ files: [file], capacity: 64 });
const at = (value: number) => ({ kind: 'single', operator: 'mustBeLessOrEqualTo', value }) as const;

test('estimated distinct counts are inconclusive within three standard deviations of a limit', async () => {
  const table = capped(column(numbers(2_000)));
  const run = async (limit: number) =>
    (await runRules([rule('distinctCount', {}, { column: 'x', threshold: at(limit) })], table)).checks[0];
  expect([(await run(1_000))?.status, (await run(1_990))?.status, (await run(3_000))?.status]).toEqual([
    'fail',
    'inconclusive',
    'pass',
  ]);
  expect((await run(3_000))?.note).toMatch(/^estimated, ± 0\.8\d? %/);
});

test('outliers are estimated from the profile and named exactly in the second pass', async () => {
  const table = capped(column([...numbers(1_000), '100000', '-50000']));
  const { checks, findings } = await runRules(
    [rule('outliers', {}, { column: 'x', unit: 'rows', threshold: at(0) })],
    table,
  );
  expect(checks[0]).toMatchObject({
    status: 'fail',
    measured: 2,
    findings: 2,
    note: 'estimated from the profile',
  });
  expect(findings[0]?.map(({ line }) => line)).toEqual([1002, 1003]);
});

test('quantiles from bins are within the error of their bins', async () => {
  const table = { ...capped(column(numbers(10_000))), capacity: 4_096 };
  const { checks } = await runRules(
    [rule('statistic', { statistic: 'quantile', p: 0.9 }, { column: 'x', threshold: at(1e9) })],
    table,
  );
  expect(checks[0]?.note).toBe('estimated from the profile');
  expect(Math.abs((checks[0]?.measured ?? 0) - 8999.6)).toBeLessThan(10);
});

test('what is not known of too many values is said, not guessed', async () => {
  const table = capped(column(Array.from({ length: 200 }, (_, row) => `t${row}`)));
  const { checks } = await runRules(
    [
      rule('newCategories', {}, { column: 'x' }),
      rule('stringVariants', {}, { column: 'x' }),
      rule('classBalance', {}, { column: 'x' }),
      rule('constantColumn', {}, { column: 'x' }),
    ],
    table,
    { baseline: table },
  );
  expect(checks.map(({ status }) => status)).toEqual(['undefined', 'undefined', 'undefined', 'pass']);
  expect(checks.slice(0, 3).every(({ note }) => note?.startsWith('too many different'))).toBe(true);
});

test('times of splits are compared exactly at the edges even when they are binned', async () => {
  const days = (from: number, count: number): PlainFile => ({
    columns: {
      d: Array.from({ length: count }, (_, day) =>
        new Date((from + day) * 86_400_000).toISOString().slice(0, 10),
      ),
    },
  });
  const run = async (start: number) => {
    const table = { splits: { train: [days(19_000, 300)], test: [days(start, 300)] }, capacity: 16 };
    return (await runRules([rule('temporalLeakage', { column: 'd', order: ['train', 'test'] })], table))
      .checks[0];
  };
  expect(await run(19_300)).toMatchObject({ status: 'pass', measured: 0 });
  const overlap = await run(19_299);
  expect(overlap).toMatchObject({ status: 'fail', note: 'estimated from the profile' });
  expect(overlap?.measured).toBeGreaterThanOrEqual(1);
});

test('beyond 100,000 rows with equal hashes the hashes are taken at their word, and that is said', async () => {
  const groups: readonly KeyGroup[] = Array.from({ length: 60_000 }, (_, group) => ({
    positions: [
      { file: 0, at: 2 * group },
      { file: 0, at: 2 * group + 1 },
    ],
  }));
  const none = (): readonly KeyGroup[] => [];
  const index: KeyIndex = {
    rows: 120_000,
    bijective: false,
    distinct: () => 60_000,
    repeats: () => groups,
    common: none,
    missingFrom: none,
  };
  // The rows of the first group differ: their hashes are equal by chance.
  const lookup: RowLookup = {
    fetch: async (positions) =>
      positions.map((position) => ({
        position,
        file: 'a.csv',
        line: position.at + 2,
        texts: [position.at === 1 ? 'other' : String(Math.floor(position.at / 2))],
      })),
  };
  const key = { names: ['x'], readings: [{ type: 'string' as const, format: undefined }] };
  const { count, note, discoveries } = await countRepeats(index, lookup, key, 120_000, 'unique x');
  expect([count, note]).toEqual([59_999, '10000 of the rows are known by their 64-bit hashes alone']);
  expect(discoveries?.[0]).toMatchObject({ place: { line: 5 }, value: '1', hint: 'first in line 4' });
  const trusted = await countRepeats({ ...index, bijective: true }, lookup, key, 120_000, 'unique x');
  expect([trusted.count, trusted.note]).toEqual([60_000, undefined]);
});
