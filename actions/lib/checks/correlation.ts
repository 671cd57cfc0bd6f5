import { type Arguments, readArguments } from './arguments.ts';
import type { AggregateWork, CheckDefinition, Discovery, Measurement, Rule, TableSpec } from './check.ts';
import { unmeasured } from './evidence.ts';
import { mergePairs, NO_PAIRS, type PairMoments, pairMoments, pearson } from './pair-moments.ts';
import { planned, refusal } from './planned.ts';

/** More columns would be hundreds of pairs. */
const MAX_COLUMNS = 30;

/** How strongly numeric columns depend on each other linearly. */
export const correlation: CheckDefinition = {
  name: 'correlation',
  about:
    "Pearson's correlation of two columns of numbers, dates or booleans, over the rows that have both. With more than " +
    'two columns (or none named: all of the contract, at most 30) it is the largest absolute one among their pairs',
  level: ['table'],
  aliases: [
    ['deepchecks', 'FeatureFeatureCorrelation'],
    ['Deequ', 'hasCorrelation'],
    ['Evidently', 'DatasetCorrelations'],
  ],
  dimension: 'accuracy',
  units: ['value'],
  parameters: [
    {
      name: 'columns',
      kind: 'columns',
      about: 'Two or more columns; all numeric ones of the contract when absent',
    },
    {
      name: 'absolute',
      kind: 'boolean',
      about: 'Measure its size and not its sign; always so with more than two columns',
    },
  ],
  example: `quality:
  - type: custom
    engine: validateData
    severity: warning
    implementation: { check: correlation, columns: [income, age], absolute: true, mustBeLessThan: 0.95 }`,
  plan(rule, table) {
    const given = readArguments(rule, correlation.parameters, table);
    const columns = columnsOf(rule, given, table);
    const absolute = given.flag('absolute') || columns.length > 2;
    return {
      ...planned(
        correlation,
        rule,
        `correlation of ${columns.length > 5 ? `${columns.length} columns` : columns.join(', ')}`,
      ),
      work: correlationWork(columns, absolute),
    };
  },
};

const NUMERIC: readonly (string | undefined)[] = [
  'integer',
  'number',
  'date',
  'timestamp',
  'time',
  'boolean',
];

function columnsOf(rule: Rule, given: Arguments, table: TableSpec): readonly string[] {
  const columns =
    given.texts('columns') ??
    table.columns.filter(({ type }) => NUMERIC.includes(type)).map(({ name }) => name);
  if (columns.length < 2 || new Set(columns).size < columns.length)
    throw refusal(rule, 'it takes two or more different columns; name them in "columns"');
  if (columns.length > MAX_COLUMNS)
    throw refusal(
      rule,
      `${columns.length} columns, at most ${MAX_COLUMNS} are compared; name some in "columns"`,
    );
  return columns;
}

const correlationWork = (columns: readonly string[], absolute: boolean): AggregateWork<PairMoments> => ({
  kind: 'aggregate',
  start() {
    let moments: PairMoments = NO_PAIRS;
    return {
      batch(batch) {
        const vectors = columns.map((name) => batch.column(name)?.numbers);
        moments = mergePairs(moments, pairMoments(vectors, batch.rows));
      },
      state: () => moments,
    };
  },
  merge: mergePairs,
  decide(state): Measurement {
    const found = pearson(state ?? NO_PAIRS, columns).filter(({ r }) => r !== undefined);
    const [strongest] = found.sort((a, b) => Math.abs(b.r ?? 0) - Math.abs(a.r ?? 0));
    if (strongest?.r === undefined)
      return unmeasured('no two of the columns have numbers that vary together in at least two rows');
    const { r, pair, rows } = strongest;
    return {
      count: absolute ? Math.abs(r) : r,
      note: `${pair.join(' and ')}: ${r.toFixed(3)} over ${rows} rows`,
      discoveries: found.slice(0, 20).map(
        (one): Discovery => ({
          field: one.pair.join(', '),
          expected: 'columns that tell different things',
          hint: `correlation ${(one.r ?? 0).toFixed(3)}`,
        }),
      ),
    };
  },
});
