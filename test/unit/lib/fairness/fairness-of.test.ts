import { describe, expect, test } from 'vitest';
import type { Fairness, MetricValue } from '../../../../actions/lib/documents/metrics.ts';
import { type FairnessSettings, fairnessOf } from '../../../../actions/lib/fairness/fairness-of.ts';
import type { FairRows } from '../../../../actions/lib/fairness/group-rates.ts';
import { crossGroups, type Groups } from '../../../../actions/lib/fairness/groups.ts';
import type { ClassRows } from '../../../../actions/lib/metrics/rows.ts';
import { type Random, seededRandom } from '../../../../actions/lib/stats/random.ts';

const settings: FairnessSettings = { minGroupRows: 30, confidence: 0.95, resamples: 300, seed: 7 };

/** A group's rows: how many, the share of positives, and the shares predicted positive among negatives and positives. */
interface Spec {
  readonly rows: number;
  readonly base?: number;
  readonly fpr: number;
  readonly tpr: number;
}

function drawn(
  specs: readonly Spec[],
  random: Random,
): { readonly rows: ClassRows; readonly groups: Groups } {
  const of: number[] = [];
  const actual: number[] = [];
  const predicted: number[] = [];
  for (const [group, { rows, base = 0.4, fpr, tpr }] of specs.entries())
    for (let row = 0; row < rows; row++) {
      const positive = random.next() < base;
      of.push(group);
      actual.push(positive ? 1 : 0);
      predicted.push(random.next() < (positive ? tpr : fpr) ? 1 : 0);
    }
  return {
    rows: {
      task: 'binary',
      labels: ['no', 'yes'],
      count: of.length,
      actual: Int32Array.from(actual),
      predicted: Int32Array.from(predicted),
    },
    groups: { column: 'who', names: specs.map((_, group) => `g${group}`), of: Int32Array.from(of) },
  };
}

const gap = (fairness: Fairness, name: string): MetricValue => {
  const found = fairness.gaps.find((value) => value.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
};

const selection = ({ base = 0.4, fpr, tpr }: Spec): number => base * tpr + (1 - base) * fpr;

/** The share of draws in which the interval of each gap holds what is true. */
function coverage<Name extends string>(
  specs: readonly Spec[],
  truths: Readonly<Record<Name, number>>,
  change: (rows: ClassRows, groups: Groups, random: Random) => { rows: FairRows; groups: Groups } = (
    rows,
    groups,
  ) => ({ rows, groups }),
  draws = 300,
): Readonly<Record<string, number>> {
  const random = seededRandom(20266);
  const held = new Map<string, number>();
  for (let round = 0; round < draws; round++) {
    const made = drawn(specs, random);
    const { rows, groups } = change(made.rows, made.groups, random);
    const found = fairnessOf(rows, groups, { ...settings, seed: round });
    for (const [name, truth] of Object.entries<number>(truths)) {
      const { ci } = gap(found, name);
      if (ci && ci.low <= truth && truth <= ci.high) held.set(name, (held.get(name) ?? 0) + 1);
    }
  }
  return Object.fromEntries(Object.keys(truths).map((name) => [name, (held.get(name) ?? 0) / draws]));
}

const unequal: readonly Spec[] = [
  { rows: 150, fpr: 0.2, tpr: 0.7 },
  { rows: 250, fpr: 0.3, tpr: 0.85 },
];

describe('an interval of 95 % covers the truth', () => {
  const [one, other] = unequal.map(selection);
  const truth = Math.abs((one ?? 0) - (other ?? 0));

  test('of two unequal groups', () => {
    const found = coverage(unequal, {
      demographic_parity_difference: truth,
      demographic_parity_ratio: (one ?? 0) / (other ?? 1),
      equal_opportunity_difference: 0.15,
      equalized_odds_difference: 0.15,
      accuracy_difference: Math.abs(0.4 * 0.7 + 0.6 * 0.8 - 0.4 * 0.85 - 0.6 * 0.7),
    });
    for (const name of [
      'demographic_parity_difference',
      'demographic_parity_ratio',
      'equal_opportunity_difference',
    ]) {
      expect(found[name], name).toBeGreaterThanOrEqual(0.9);
      expect(found[name], name).toBeLessThanOrEqual(0.99);
    }
    // Two rates are compared at once, and groups that do not differ are held to 0: both make it cover more.
    expect(found['equalized_odds_difference']).toBeGreaterThanOrEqual(0.93);
    expect(found['accuracy_difference']).toBeGreaterThanOrEqual(0.9);
  });

  test('of two groups that do not differ: 0 is in it', () => {
    const same = [
      { rows: 150, fpr: 0.25, tpr: 0.75 },
      { rows: 250, fpr: 0.25, tpr: 0.75 },
    ];
    const share = coverage(same, { demographic_parity_difference: 0 })['demographic_parity_difference'];
    expect(share).toBeGreaterThanOrEqual(0.9);
    expect(share).toBeLessThanOrEqual(0.99);
  });

  test('of four groups, of which one stands apart, at least so often', () => {
    const four = [0.3, 0.3, 0.32, 0.5].map((fpr) => ({ rows: 120, fpr, tpr: 0.8 }));
    const rates = four.map(selection);
    const share = coverage(
      four,
      { demographic_parity_difference: Math.max(...rates) - Math.min(...rates) },
      undefined,
      150,
    )['demographic_parity_difference'];
    expect(share).toBeGreaterThanOrEqual(0.93);
  });

  test('when rows come in clusters of four alike', () => {
    const share = coverage(
      [
        { rows: 60, fpr: 0.2, tpr: 0.7 },
        { rows: 80, fpr: 0.3, tpr: 0.85 },
      ],
      { demographic_parity_difference: truth },
      (rows, groups) => {
        const of = (values: Int32Array): Int32Array =>
          Int32Array.from({ length: rows.count * 4 }, (_, row) => values[Math.floor(row / 4)] ?? 0);
        return {
          rows: {
            ...rows,
            count: rows.count * 4,
            actual: of(rows.actual),
            predicted: of(rows.predicted),
            clusters: Int32Array.from({ length: rows.count * 4 }, (_, row) => Math.floor(row / 4)),
          },
          groups: { ...groups, of: of(groups.of) },
        };
      },
      150,
    )['demographic_parity_difference'];
    expect(share).toBeGreaterThanOrEqual(0.89);
    expect(share).toBeLessThanOrEqual(0.99);
  });

  test('when rows are weighted', () => {
    const share = coverage(
      unequal,
      { demographic_parity_difference: truth },
      (rows, groups, random) => ({
        rows: { ...rows, weights: Float64Array.from({ length: rows.count }, () => 0.2 + 2 * random.next()) },
        groups,
      }),
      150,
    )['demographic_parity_difference'];
    expect(share).toBeGreaterThanOrEqual(0.9);
    expect(share).toBeLessThanOrEqual(0.99);
  });
});

describe('groups', () => {
  const { rows, groups } = drawn(
    [
      { rows: 80, fpr: 0.2, tpr: 0.7 },
      { rows: 12, fpr: 0.9, tpr: 0.9 },
      { rows: 60, fpr: 0.3, tpr: 0.8 },
    ],
    seededRandom(3),
  );

  test('that are too small are excluded, listed and left out of all gaps', () => {
    const found = fairnessOf(rows, groups, settings);
    expect(found.groups.map(({ group, n }) => [group, n])).toEqual([
      ['g0', 80],
      ['g2', 60],
    ]);
    expect(found.excluded).toEqual([{ group: 'g1', n: 12, reason: 'fewer than 30 rows' }]);
    const parity = gap(found, 'demographic_parity_difference');
    expect(parity.n).toBe(140);
    expect(parity.params).toEqual({ by: 'who', min_group: 'g0', max_group: 'g2' });
    const others = { ...groups, of: groups.of.map((group) => (group === 1 ? -1 : group)) };
    expect(gap(fairnessOf(rows, others, settings), 'demographic_parity_difference')).toEqual(parity);
  });

  test('of rows without a value are listed as such', () => {
    const others = { ...groups, of: groups.of.map((group) => (group === 1 ? -1 : group)) };
    expect(fairnessOf(rows, others, settings).excluded).toEqual([
      { group: 'g1', n: 0, reason: 'fewer than 30 rows' },
      { group: '(none)', n: 12, reason: 'rows without a value of the column' },
    ]);
  });

  test('of which one is left have no gaps, and say so', () => {
    const found = fairnessOf(rows, groups, { ...settings, minGroupRows: 70 });
    expect(found.groups).toHaveLength(1);
    expect(found.gaps.length).toBeGreaterThan(10);
    for (const { value, undefined: reason } of found.gaps) {
      expect(value).toBeNull();
      expect(reason).toBe('needs at least two groups that are large enough');
    }
  });

  test('without positive rows make gaps of true positives undefined, by name, and no others', () => {
    const none = { ...rows, actual: rows.actual.map((label, row) => (groups.of[row] === 2 ? 0 : label)) };
    const found = fairnessOf(none, groups, settings);
    for (const name of [
      'equal_opportunity_difference',
      'equalized_odds_difference',
      'equalized_odds_mean_ratio',
    ])
      expect(gap(found, name)).toMatchObject({ value: null, undefined: 'group "g2": no positive rows' });
    expect(gap(found, 'demographic_parity_difference').value).toBeTypeOf('number');
    expect(gap(found, 'false_positive_rate_difference').value).toBeTypeOf('number');
  });

  test('of two columns are crossed, and a row without either has none', () => {
    const one = { column: 'sex', names: ['f', 'm'], of: Int32Array.of(0, 1, 0, -1, 1) };
    const other = { column: 'age', names: ['old', 'young'], of: Int32Array.of(1, 0, 1, 0, -1) };
    expect(crossGroups(one, other)).toEqual({
      column: 'sex × age',
      names: ['f × young', 'm × old'],
      of: Int32Array.of(0, 1, 0, -1, -1),
    });
  });
});

describe('every gap', () => {
  const specs = [0.2, 0.3, 0.35].map((fpr, at) => ({ rows: 60 + 40 * at, fpr, tpr: 0.6 + fpr }));
  const { rows, groups } = drawn(specs, seededRandom(11));
  const found = fairnessOf(rows, groups, settings);

  test('lies in its interval, which lies between 0 and 1', () => {
    for (const { name, value, ci } of found.gaps) {
      expect(ci, name).toBeDefined();
      expect(ci?.low, name).toBeGreaterThanOrEqual(0);
      expect(ci?.high, name).toBeLessThanOrEqual(1);
      expect(value, name).toBeGreaterThanOrEqual(ci?.low ?? 1);
      expect(value, name).toBeLessThanOrEqual(ci?.high ?? 0);
      expect(ci?.method).toBe('bootstrap-simultaneous');
    }
  });

  test('is the same for the same seed, and its point and n for any', () => {
    expect(fairnessOf(rows, groups, settings)).toEqual(found);
    const other = fairnessOf(rows, groups, { ...settings, seed: 8 });
    expect(other.gaps.map(({ value }) => value)).toEqual(found.gaps.map(({ value }) => value));
    expect(other.gaps).not.toEqual(found.gaps);
  });

  test('has a name of its own', () => {
    const names = found.gaps.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('false_negative_rate_ratio');
  });

  test('of equalized odds says which rate and which groups it is of', () => {
    expect(gap(found, 'equalized_odds_difference').params).toMatchObject({ by: 'who', agg: 'worst_case' });
    expect(['true_positive_rate', 'false_positive_rate']).toContain(
      gap(found, 'equalized_odds_difference').params?.['rate'],
    );
    expect(gap(found, 'equalized_odds_mean_difference').params).toEqual({ by: 'who', agg: 'mean' });
  });

  test('of 200 groups is as wide as the errors of all of them, and quickly found', () => {
    const many = drawn(
      Array.from({ length: 200 }, () => ({ rows: 40, fpr: 0.3, tpr: 0.7 })),
      seededRandom(12),
    );
    const { ci, value } = gap(fairnessOf(many.rows, many.groups, settings), 'demographic_parity_difference');
    expect(value).toBeGreaterThan(0.2);
    expect(ci?.low).toBe(0);
  });
});

describe('a rate of a group', () => {
  const rows: ClassRows = {
    task: 'binary',
    labels: ['no', 'yes'],
    count: 100,
    actual: Int32Array.from({ length: 100 }, (_, row) => (row % 50 < 20 ? 1 : 0)),
    predicted: Int32Array.from({ length: 100 }, (_, row) => (row % 50 < 15 || row % 50 === 49 ? 1 : 0)),
  };
  const groups = {
    column: 'who',
    names: ['a', 'b'],
    of: Int32Array.from(rows.actual, (_, row) => (row < 50 ? 0 : 1)),
  };
  const recall = (fairness: Fairness): MetricValue | undefined =>
    fairness.groups[0]?.metrics.find(({ name }) => name === 'true_positive_rate');

  test("has Wilson's interval on the rows that it is a share of", () => {
    // scipy 1.17.1: stats.binomtest(15, 20).proportion_ci(method='wilson')
    expect(recall(fairnessOf(rows, groups, settings))).toMatchObject({ value: 0.75, n: 20 });
    const { ci } = recall(fairnessOf(rows, groups, settings)) ?? {};
    expect(ci?.method).toBe('wilson');
    expect(ci?.low).toBeCloseTo(0.531299, 6);
    expect(ci?.high).toBeCloseTo(0.888138, 6);
  });

  test('has the interval of its clusters where rows are drawn together, and no narrower one', () => {
    const clusters = Int32Array.from(rows.actual, (_, row) => Math.floor(row / 5));
    const { ci } = recall(fairnessOf({ ...rows, clusters }, groups, settings)) ?? {};
    expect(ci?.method).toBe('wilson-clustered');
    expect((ci?.high ?? 0) - (ci?.low ?? 0)).toBeGreaterThan(0.5);
  });

  test('of a regression is a mean with Student’s interval', () => {
    const numbers: FairRows = {
      task: 'regression',
      count: 8,
      actual: Float64Array.of(1, 2, 3, 4, 1, 2, 3, 4),
      predicted: Float64Array.of(2, 2, 5, 3, 1, 1, 1, 1),
    };
    const pair = { column: 'who', names: ['a', 'b'], of: Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1) };
    const [first] = fairnessOf(numbers, pair, { ...settings, minGroupRows: 2 }).groups;
    const mean = first?.metrics.find(({ name }) => name === 'mean_prediction');
    expect(mean?.value).toBe(3);
    // scipy 1.17.1: stats.t.interval(.95, 3, 3, stats.sem([2, 2, 5, 3]))
    expect(mean?.ci?.low).toBeCloseTo(0.749_671, 5);
    expect(mean?.ci?.high).toBeCloseTo(5.250_329, 5);
    expect(mean?.ci?.method).toBe('student-t');
  });
});
