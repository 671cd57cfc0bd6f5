import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planRules } from '../../../../actions/lib/checks/plan-rules.ts';
import { explainedShare } from '../../../../actions/lib/checks/predictive/explained.ts';
import {
  Feature,
  type FeatureState,
  mergeFeatures,
} from '../../../../actions/lib/checks/predictive/feature.ts';
import { addClass, addNumber } from '../../../../actions/lib/checks/predictive/tally.ts';
import type { ColumnView } from '../../../../actions/lib/columns/column-batch.ts';
import { PlainSetup, plainBatches } from '../../../support/plain-batch.ts';
import { runRules, specOfTable } from '../../../support/plain-run.ts';

const viewOf = (cells: readonly string[]): ColumnView => {
  const view = plainBatches(
    { columns: { f: cells } },
    new PlainSetup(),
    {},
    { batchRows: 10_000 },
  )[0]?.column('f');
  if (view === undefined) throw new Error('no column');
  return view;
};

function stateOf(cells: readonly string[], labels: readonly number[], classes: boolean): FeatureState {
  const feature = new Feature(classes ? addClass : addNumber, classes);
  feature.take(viewOf(cells), Float64Array.from(labels));
  return JSON.parse(JSON.stringify(feature.state()));
}

/** The definition, pair by pair. */
function byPairs(cells: readonly string[], labels: readonly number[], classes: boolean): number | undefined {
  const differ = (a: number, b: number): number => (classes ? Number(a !== b) : (a - b) ** 2 / 2);
  const spread = (rows: readonly number[]): number | undefined => {
    let [sum, pairs] = [0, 0];
    for (const [at, a] of rows.entries())
      for (const b of rows.slice(at + 1)) {
        sum += differ(a, b);
        pairs += 1;
      }
    return pairs === 0 ? undefined : sum / pairs;
  };
  const all = spread(labels);
  if (all === undefined || all === 0) return undefined;
  const groups = Map.groupBy(labels.keys(), (row) => cells[row] ?? '');
  let within = 0;
  for (const rows of groups.values())
    within += rows.length * (spread(rows.map((row) => labels[row] ?? 0)) ?? all);
  return Math.max(0, Math.min(1, 1 - within / (labels.length * all)));
}

test.each([true, false])(
  'the share that a column of texts explains is what all pairs of rows say (classes: %s)',
  (classes) => {
    const row = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', ''), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 40 }), (rows) => {
        // One text is always there, so that the column is one of texts.
        const cells = ['text', ...rows.map(([cell]) => cell)];
        const labels = [0, ...rows.map(([, label]) => label)];
        const found = explainedShare(stateOf(cells, labels, classes), classes);
        const expected = byPairs(cells, labels, classes);
        if (expected === undefined) expect(found).toBeUndefined();
        else expect(found).toBeCloseTo(expected, 10);
      }),
    );
  },
);

test('parts know together what the whole knows, of numbers and of texts, few and many', () => {
  const cell = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.constantFrom('1', '2', ''),
  );
  const rows = fc.array(fc.tuple(cell, fc.integer({ min: 0, max: 2 })), { minLength: 3, maxLength: 60 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 50 }), (all, cut) => {
      const numbers = all.map(
        ([value, label]) => [value === '' ? '' : String(Number(value)), label] as const,
      );
      const halves = [numbers.slice(0, cut), numbers.slice(cut)].map((part) =>
        stateOf(['0.5', ...part.map(([value]) => value)], [0, ...part.map(([, label]) => label)], true),
      );
      const whole = stateOf(
        ['0.5', '0.5', ...numbers.map(([value]) => value)],
        [0, 0, ...numbers.map(([, label]) => label)],
        true,
      );
      const [a, b] = halves;
      if (a === undefined || b === undefined) throw new Error('two halves');
      const joined = explainedShare(mergeFeatures(a, b, true), true);
      expect(joined).toBe(explainedShare(whole, true));
      expect(explainedShare(mergeFeatures(b, a, true), true)).toBe(joined);
    }),
  );
});

test('of thousands of numbers the bins of parts are the bins of the whole', () => {
  const random = (seed: number): number => ((Math.sin(seed) + 1) * 43758.5453) % 1;
  const values = Array.from({ length: 6_000 }, (_, at) => 10 ** (6 * random(at)));
  const labels = values.map((value) => (value > 1_000 ? 1 : 0));
  const state = (from: number, to: number): FeatureState =>
    stateOf(values.slice(from, to).map(String), labels.slice(from, to), true);
  const whole = state(0, 6_000);
  const parts = [state(0, 10), state(10, 4_000), state(4_000, 6_000)].reduce((a, b) =>
    mergeFeatures(a, b, true),
  );
  const sorted = (one: FeatureState) => ({
    ...one,
    ...(one.kind === 'numbers' && { tallies: [...one.tallies].sort(([a], [b]) => a - b) }),
  });
  expect(sorted(parts)).toEqual(sorted(whole));
  expect(explainedShare(whole, true)).toBeGreaterThan(0.97);
});

test('texts too many to keep are known to be too many, whichever part saw them', () => {
  const texts = Array.from({ length: 1_500 }, (_, at) => `t${at}`);
  const labels = texts.map((_, at) => at % 2);
  const halves = [0, 750].map((from) =>
    stateOf(texts.slice(from, from + 750), labels.slice(from, from + 750), true),
  );
  expect(stateOf(texts, labels, true)).toEqual({ kind: 'too-many' });
  expect(halves.map(({ kind }) => kind)).toEqual(['texts', 'texts']);
  expect(halves.reduce((a, b) => mergeFeatures(a, b, true))).toEqual({ kind: 'too-many' });
});

test('the column that tells most is named, and numbers to be estimated are labels too', async () => {
  const rows = Array.from({ length: 200 }, (_, at) => at);
  const noise = rows.map((at) => String((at * 7919) % 97));
  const table = {
    columns: [
      { name: 'noise' },
      { name: 'twice' },
      { name: 'y', type: 'number' as const, role: 'label' as const },
    ],
    files: [{ columns: { noise, twice: rows.map((at) => String(2 * at)), y: rows.map((at) => String(at)) } }],
  };
  const { checks } = await runRules([{ check: 'targetLeakage', severity: 'error', arguments: {} }], table);
  expect(checks[0]).toMatchObject({ status: 'fail', field: 'y' });
  expect(checks[0]?.note).toMatch(/^twice explains 9\d\.\d % of y$/);
});

test('no value of the data is in the state that travels', () => {
  const plans = planRules(
    [{ check: 'targetLeakage', severity: 'error', arguments: { label: 'l' } }],
    specOfTable({}),
  );
  const [plan] = plans;
  if (plan?.work.kind !== 'aggregate') throw new Error('an aggregate');
  const setup = new PlainSetup();
  const running = plan.work.start(setup);
  for (const batch of plainBatches({ columns: { f: ['alice', 'bob'], l: ['sick', 'well'] } }, setup))
    running.batch(batch);
  const text = JSON.stringify(running.state());
  for (const value of ['alice', 'bob', 'sick', 'well']) expect(text).not.toContain(value);
});
