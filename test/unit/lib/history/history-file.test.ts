import { beforeAll, describe, expect, test } from 'vitest';
import { HISTORY_MARKER, markerText, readMarker } from '../../../../actions/lib/history/history-branch.ts';
import {
  historyPath,
  historyText,
  parseHistory,
  withPoint,
} from '../../../../actions/lib/history/history-file.ts';
import type { HistoryPoint } from '../../../../actions/lib/policy/history.ts';
import { loadCompiler } from '../../../../actions/lib/schema/schema-compiler.ts';

const point = (run: number, change: Partial<HistoryPoint> = {}): HistoryPoint => ({
  commit: run.toString(16).padStart(40, '0'),
  created: '2026-01-02T00:00:00.000Z',
  run,
  verdict: 'pass',
  metrics: [{ name: 'f1', value: 0.9 }],
  ...change,
});

const runsOf = (points: readonly HistoryPoint[]): readonly number[] => points.map(({ run }) => run);

beforeAll(async () => {
  await loadCompiler();
});

describe('the text', () => {
  test('comes back as it was written, one line a point', () => {
    const points = [
      point(1),
      point(2, { metrics: [{ name: 'f\n1', slice: 'a=b', value: 1, low: 0, high: 2 }] }),
    ];
    const text = historyText(points);
    expect(text.split('\n')).toHaveLength(3);
    expect(parseHistory(text, 'x')).toEqual(points);
    expect(parseHistory('', 'x')).toEqual([]);
  });

  const line = (change: object): string => JSON.stringify({ ...point(2), ...change });

  test.each([
    ['half a line', '{"commit":', 'h.ndjson:3:'],
    ['another shape', '{"f1": 0.9}', 'h.ndjson:3:1: '],
    ['a key twice', `{"run": 1, "run": 2}`, 'h.ndjson:3:12: '],
    ['a number as text', line({ run: '7' }), 'run: expected integer, found "7"'],
    ['a number that is none', line({}).replace('0.9', 'NaN'), 'h.ndjson:3:'],
    ['a number too large', line({}).replace('0.9', '1e400'), 'h.ndjson:3:'],
    ['an unknown verdict', line({ verdict: 'good' }), 'verdict'],
    ['an unknown key', line({ extra: 1 }), 'extra'],
    ['a short commit', line({ commit: 'abc' }), 'commit'],
    ['a merge conflict', '<<<<<<< HEAD', 'h.ndjson:3: holds a merge conflict'],
  ])('%s is refused with its line', (_, bad, message) => {
    const text = `${historyText([point(1)])}\n${bad}\n${historyText([point(3)])}`;
    expect(() => parseHistory(text, 'h.ndjson')).toThrow(message);
    expect(() => parseHistory(text, 'h.ndjson')).toThrow('h.ndjson:3:');
  });

  test('keeps the newest 5,000 points', () => {
    const points = Array.from({ length: 5_003 }, (_, index) => point(index + 1));
    const kept = parseHistory(historyText(points), 'x');
    expect(kept).toHaveLength(5_000);
    expect(kept[0]?.run).toBe(4);
  });

  test('keeps as many of the newest points as fit 8 MiB of text, and always the newest', () => {
    const metrics = Array.from({ length: 10 }, (_, index) => ({ name: `${index}`.repeat(1_000), value: 1 }));
    const points = Array.from({ length: 1_200 }, (_, index) => point(index + 1, { metrics }));
    const text = historyText(points);
    expect(text.length).toBeLessThanOrEqual(8 * 1024 * 1024);
    expect(text.length).toBeGreaterThan(8 * 1024 * 1024 - 12_000);
    expect(parseHistory(text, 'x').at(-1)?.run).toBe(1_200);
  });
});

describe('adding a point', () => {
  test('keeps the order of the runs, whichever ends first', () => {
    expect(runsOf(withPoint([point(1), point(3)], point(2)))).toEqual([1, 2, 3]);
    expect(runsOf(withPoint([], point(2)))).toEqual([2]);
  });

  test('replaces the point of the same run and commit, and no other', () => {
    const again = point(2, { verdict: 'fail' });
    expect(withPoint([point(1), point(2), point(3)], again)).toEqual([point(1), again, point(3)]);
    const other = point(2, { commit: 'f'.repeat(40) });
    expect(runsOf(withPoint([point(2)], other))).toEqual([2, 2]);
  });
});

test.each([
  ['gate-metrics', 'history/gate-metrics.ndjson'],
  ['v1.2_x', 'history/v1.2_x.ndjson'],
])('the key %s is a name of a file', (key, path) => {
  expect(historyPath(key)).toBe(path);
});

test('any other key gets a name that no file system mistakes for another', () => {
  const paths = ['Gate', 'gate ', '../x', 'a/b', '', 'π', '.git', 'x'.repeat(300)].map(historyPath);
  for (const path of paths) expect(path).toMatch(/^history\/([a-z0-9][a-z0-9._-]*-)?[0-9a-f]{12}\.ndjson$/);
  expect(new Set(paths).size).toBe(paths.length);
});

test('the marker names its keys once, in order, and nothing else is taken for one', () => {
  expect(readMarker(markerText(['b', 'a', 'b']), HISTORY_MARKER)).toEqual(['a', 'b']);
  for (const text of ['', '{}', '{"schema":"mlops-actions/ledger/v1","keys":[]}', '{"keys":["a"]}'])
    expect(() => readMarker(text, HISTORY_MARKER)).toThrow('not a history that these actions wrote');
});
