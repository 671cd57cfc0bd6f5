import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../actions/lib/stats/random.ts';
import { main } from '../../actions/validate-data/main.ts';
import { memoryRuntime } from '../support/memory-runtime.ts';
import { OUTPUT, type Validated, validateData, where } from '../support/validate-data.ts';

/** One row of the complete example of a contract: a customer in a month. */
interface Customer {
  readonly customer_id: string;
  readonly month: string;
  readonly age: string;
  readonly income: string;
  readonly plan: string;
  readonly email: string;
  readonly signup_at: string;
  readonly last_seen_at: string;
  readonly churned: string;
  readonly [more: string]: string;
}

/** Rows of each file, and the plans; a fault changes one thing of it. */
interface Data {
  readonly first: readonly Customer[];
  readonly second: readonly Customer[];
  readonly test: readonly Customer[];
  readonly plans: string;
}

const PLANS = ['free', 'pro', 'team'];
const idOf = (n: number): string => `C${String(n).padStart(7, '0')}`;

function customers(from: number, count: number, month: string, seed: number): readonly Customer[] {
  const random = seededRandom(seed);
  const next = (): number => random.next();
  return Array.from({ length: count }, (_, at) => {
    const income = next() < 0.01 ? '' : (37_000 + 6_000 * random.normal()).toFixed(2);
    const seen = next() < 0.05 ? 'NA' : `2025-11-${10 + Math.floor(next() * 20)}T08:00:00Z`;
    return {
      customer_id: idOf(from + at),
      month,
      age: String(18 + Math.floor(next() * 70)),
      income: Number(income) < 0 ? '0' : income,
      plan: PLANS[Math.floor(next() * 3)] ?? '',
      email: `user${from + at}@corp.example`,
      signup_at: `2024-0${1 + Math.floor(next() * 9)}-11T10:00:00Z`,
      last_seen_at: seen,
      churned: next() < 0.3 ? '1' : '0',
    };
  });
}

const clean = (seed: number): Data => ({
  first: customers(1, 2_600, '2025-11-01', seed),
  second: customers(2_601, 2_600, '2025-12-01', seed + 1),
  test: customers(5_201, 1_500, '2026-01-01', seed + 2),
  plans: 'plan_id,price\nfree,0\npro,9.5\nteam,30\n',
});

const csv = (rows: readonly Customer[]): Uint8Array =>
  gzipSync(
    `${[Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))].map((cells) => cells.join(',')).join('\n')}\n`,
    { level: 1 },
  );

const filesOf = ({
  first,
  second,
  test: later,
  plans,
}: Data): Readonly<Record<string, string | Uint8Array>> => ({
  'data/customers.train-1.csv.gz': csv(first),
  'data/customers.train-2.csv.gz': csv(second),
  'data/customers.test.csv.gz': csv(later),
  'data/plans.csv': plans,
});

const TRAIN_1 = 'data/customers.train-1.csv.gz';
const TRAIN_2 = 'data/customers.train-2.csv.gz';
const TEST = 'data/customers.test.csv.gz';

let contract: string;
let base: Readonly<Record<string, string>>;

const validate = (data: Data, now = '2026-01-15T12:00:00Z'): Promise<Validated> =>
  validateData(
    { contract: 'churn.odcs.yaml', baseline: 'base/*.json' },
    { 'churn.odcs.yaml': contract, ...filesOf(data), ...base },
    { now: Date.parse(now) },
  );

beforeAll(async () => {
  contract = await readFile(join(import.meta.dirname, '../fixtures/contract/churn.odcs.yaml'), 'utf8');
  const { report, profile } = await validateData(
    { contract: 'churn.odcs.yaml' },
    { 'churn.odcs.yaml': contract, ...filesOf(clean(100)) },
  );
  base = { 'base/report.json': JSON.stringify(report), 'base/profile.json': JSON.stringify(profile) };
});

/** A check that is not right, by its table: `customers.plan drift fail`. */
const wrong = ({ report }: Validated): readonly string[] =>
  report.checks
    .filter(({ status }) => status !== 'pass')
    .map(({ table, field, check, status }) =>
      [`${table}${field === undefined ? '' : `.${field}`}`, check, status].join(' '),
    )
    .sort();

test('good data of two tables passes all checks of the complete contract, those against a baseline too', async () => {
  const run = await validate(clean(1));
  expect(wrong(run)).toEqual([]);
  expect(run.outcome).toMatchObject({ verdict: 'pass', message: 'Data valid: 6,700 rows' });
  expect(run.report.checks.length).toBeGreaterThan(50);
  expect(run.report.dataset.files.map(({ name, rows }) => [name, rows])).toEqual([
    [TRAIN_1, 2_600],
    [TRAIN_2, 2_600],
    [TEST, 1_500],
    ['data/plans.csv', 3],
  ]);
});

/** The rows with some cells of one changed; `line` as in the file, where the header is line 1. */
const at = (rows: readonly Customer[], line: number, cells: Readonly<Record<string, string>>) =>
  rows.map((row, index) => (index === line - 2 ? { ...row, ...cells } : row));
const rowAt = (rows: readonly Customer[], line: number): Customer => {
  const row = rows[line - 2];
  if (row === undefined) throw new RangeError(`no line ${line}`);
  return row;
};
const some = (rows: readonly Customer[], every: number, cells: Readonly<Record<string, string>>) =>
  rows.map((row, index) => (index % every === 0 ? { ...row, ...cells } : row));

interface Fault {
  readonly fault: string;
  readonly change: (data: Data) => Data;
  readonly now?: string;
  /** All checks that do not pass. */
  readonly wrong: readonly string[];
  /** Where the first findings are; checks of whole columns have no place. */
  readonly found: readonly string[];
}

const FAULTS: readonly Fault[] = [
  {
    // The same row is the same customer in a month of the training data, twice in the table: all four are true.
    fault: 'a row of the training data that is in the test data',
    change: (data) => ({ ...data, test: at(data.test, 700, rowAt(data.second, 31)) }),
    wrong: [
      'customers duplicateValues fail',
      'customers splitLeakage fail',
      'customers.customer_id groupLeakage fail',
      'customers.month temporalLeakage fail',
    ],
    found: [
      `duplicateValues customer_id, month ${TEST}:700`,
      `splitLeakage ${TEST}:700`,
      `groupLeakage customer_id ${TEST}:700`,
      `temporalLeakage month ${TEST}:700`,
    ],
  },
  {
    fault: 'a customer in both splits',
    change: (data) => ({ ...data, test: at(data.test, 15, { customer_id: idOf(7) }) }),
    wrong: ['customers.customer_id groupLeakage fail'],
    found: [`groupLeakage customer_id ${TEST}:15`],
  },
  {
    fault: 'a test row from the time of the training data',
    change: (data) => ({ ...data, test: at(data.test, 1_501, { month: '2025-12-01' }) }),
    wrong: ['customers.month temporalLeakage fail'],
    found: [`temporalLeakage month ${TEST}:1501`],
  },
  {
    fault: 'equal features with different labels',
    change: (data) => {
      const { customer_id, month } = rowAt(data.second, 2_000);
      const twin = rowAt(data.second, 44);
      const churned = twin.churned === '1' ? '0' : '1';
      return { ...data, second: at(data.second, 2_000, { ...twin, customer_id, month, churned }) };
    },
    wrong: ['customers.churned conflictingLabels fail'],
    found: [`conflictingLabels churned ${TRAIN_2}:44`, `conflictingLabels churned ${TRAIN_2}:2000`],
  },
  {
    // A plan that is neither in the list nor in the other table.
    fault: 'an unknown plan',
    change: (data) => ({ ...data, first: at(data.first, 99, { plan: 'gold' }) }),
    wrong: ['customers.plan invalidValues fail', 'customers.plan referentialIntegrity fail'],
    found: [`invalidValues plan ${TRAIN_1}:99`, `referentialIntegrity plan ${TRAIN_1}:99`],
  },
  {
    fault: 'a plan that the table of plans lacks',
    change: (data) => ({
      ...data,
      plans: 'plan_id,price\nfree,0\npro,9.5\n',
      first: data.first.map((row) => (row.plan === 'team' ? { ...row, plan: 'pro' } : row)),
      second: data.second.map((row, index) =>
        row.plan === 'team' ? { ...row, plan: index % 2 ? 'pro' : 'free' } : row,
      ),
      test: at(
        data.test.map((row) => (row.plan === 'team' ? { ...row, plan: 'free' } : row)),
        9,
        { plan: 'team' },
      ),
    }),
    wrong: ['customers.plan drift fail', 'customers.plan referentialIntegrity fail'],
    found: [`referentialIntegrity plan ${TEST}:9`, 'drift plan'],
  },
  {
    fault: 'a customer twice in a month',
    change: (data) => ({
      ...data,
      second: at(data.second, 1_234, { customer_id: rowAt(data.second, 12).customer_id }),
    }),
    wrong: ['customers duplicateValues fail'],
    found: [`duplicateValues customer_id, month ${TRAIN_2}:1234`],
  },
  {
    fault: 'an address in a column that nobody classified',
    change: (data) => ({
      ...data,
      first: data.first.map((row, index) => ({
        ...row,
        note: index === 76 ? 'call ann@corp.example' : `n${index % 4}`,
      })),
    }),
    wrong: ['customers piiValues fail'],
    found: [`piiValues note ${TRAIN_1}:78`],
  },
  {
    fault: 'a customer seen before signing up',
    change: (data) => ({ ...data, test: at(data.test, 3, { last_seen_at: '2019-01-01T00:00:00Z' }) }),
    wrong: ['customers rowCondition fail'],
    found: [`rowCondition last_seen_at, signup_at ${TEST}:3`],
  },
  {
    fault: 'half of the plans moved to one',
    change: (data) => ({
      ...data,
      first: some(data.first, 2, { plan: 'pro' }),
      second: some(data.second, 2, { plan: 'pro' }),
    }),
    wrong: ['customers.plan drift fail'],
    found: ['drift plan'],
  },
  {
    fault: 'data of last quarter',
    change: (data) => data,
    now: '2026-04-01T00:00:00Z',
    wrong: ['customers.month freshness fail'],
    found: ['freshness month'],
  },
  {
    fault: 'hardly any churn',
    change: (data) => {
      const calm = (rows: readonly Customer[]) =>
        rows.map((row, index) => ({ ...row, churned: index % 20 ? '0' : '1' }));
      return { ...data, first: calm(data.first), second: calm(data.second), test: calm(data.test) };
    },
    wrong: ['customers.churned classBalance fail', 'customers.churned drift fail'],
    found: ['classBalance churned', 'drift churned'],
  },
  {
    fault: 'too many incomes missing',
    change: (data) => ({ ...data, second: some(data.second, 8, { income: 'NA' }) }),
    wrong: ['customers.income nullValues fail'],
    found: [`nullValues income ${TRAIN_1}:${2 + clean(1).first.findIndex(({ income }) => income === '')}`],
  },
  {
    fault: 'incomes in another currency',
    change: (data) => {
      const dear = (rows: readonly Customer[]) =>
        rows.map((row) => ({ ...row, income: row.income && (Number(row.income) * 1.4).toFixed(2) }));
      return { ...data, first: dear(data.first), second: dear(data.second), test: dear(data.test) };
    },
    wrong: ['customers.income drift fail', 'customers.income statistic fail'],
    found: ['statistic income', 'drift income'],
  },
  {
    fault: 'a wrong number',
    change: (data) => ({ ...data, first: at(data.first, 2, { customer_id: 'C12' }) }),
    wrong: ['customers.customer_id invalidValues fail'],
    found: [`invalidValues customer_id ${TRAIN_1}:2`],
  },
  {
    fault: 'a text where a number belongs',
    change: (data) => ({ ...data, second: at(data.second, 2_601, { age: 'forty' }) }),
    wrong: ['customers.age dataType fail'],
    found: [`dataType age ${TRAIN_2}:2601`],
  },
  {
    fault: 'a minor',
    change: (data) => ({ ...data, test: at(data.test, 2, { age: '17' }) }),
    wrong: ['customers.age invalidValues fail'],
    found: [`invalidValues age ${TEST}:2`],
  },
  {
    fault: 'no time of signing up',
    change: (data) => ({ ...data, test: at(data.test, 8, { signup_at: 'null' }) }),
    wrong: ['customers.signup_at nullValues fail'],
    found: [`nullValues signup_at ${TEST}:8`],
  },
  {
    fault: 'a column that tells the label',
    change: (data) => {
      const told = (rows: readonly Customer[]) => rows.map((row) => ({ ...row, refund: row.churned }));
      return { ...data, first: told(data.first), second: told(data.second), test: told(data.test) };
    },
    wrong: ['customers.churned targetLeakage fail'],
    found: ['targetLeakage refund'],
  },
  {
    fault: 'half of the rows',
    change: (data) => ({ ...data, first: data.first.slice(0, 800), second: data.second.slice(0, 1_800) }),
    wrong: ['customers rowCount fail', 'customers rowCountChange fail'],
    found: ['rowCount', 'rowCountChange'],
  },
  {
    fault: 'a plan that is there twice, with a price below nothing',
    change: (data) => ({ ...data, plans: `${data.plans}free,-1\n` }),
    wrong: ['plans.plan_id duplicateValues fail', 'plans.price invalidValues fail'],
    found: ['duplicateValues plan_id data/plans.csv:5', 'invalidValues price data/plans.csv:5'],
  },
];

describe('one fault at a time', () => {
  test.each(FAULTS)('$fault', async ({ change, now, wrong: expected, found }) => {
    const run = await validate(change(clean(1)), now);
    expect(wrong(run)).toEqual([...expected].sort());
    expect(run.report.findings.map(where).slice(0, found.length).sort()).toEqual([...found].sort());
    expect(JSON.stringify([run.report, run.profile, run.recorded.summary()])).not.toMatch(/@corp\.example/);
  });
});

describe('two shards of two tables in splits', () => {
  /** Faults of every kind of comparison at once, in files that different shards read. */
  const faulty = (): Data => {
    const data = clean(1);
    const twin = rowAt(data.first, 44);
    return {
      ...data,
      second: at(
        at(data.second, 2_000, {
          ...twin,
          customer_id: idOf(4_600),
          churned: twin.churned === '1' ? '0' : '1',
        }),
        30,
        { plan: 'team ', last_seen_at: '2019-01-01T00:00:00Z' },
      ),
      test: at(at(data.test, 15, { customer_id: idOf(7) }), 700, rowAt(data.second, 31)),
      plans: `${data.plans}free,1\n`,
    };
  };

  test('decide as one job', async () => {
    const data = { 'churn.odcs.yaml': contract, ...filesOf(faulty()), ...base };
    const now = Date.parse('2026-01-15T12:00:00Z');
    const saved: Record<string, Uint8Array> = {};
    for (const index of [1, 2]) {
      await using runtime = await memoryRuntime({
        action: 'validate-data',
        inputs: { contract: 'churn.odcs.yaml', shard: `${index}/2` },
        files: data,
        now,
      });
      await main(runtime);
      for (const file of ['part.json', 'keys.bin'])
        saved[`shards/${index}/${file}`] = await runtime.files.read(`${OUTPUT}/${file}`);
      expect(Buffer.from(saved[`shards/${index}/part.json`] ?? '').toString()).not.toMatch(/@corp/);
    }
    const merged = await validateData(
      { contract: 'churn.odcs.yaml', baseline: 'base/*.json', mode: 'merge', parts: 'shards/1, shards/2' },
      { 'churn.odcs.yaml': contract, ...base, ...saved },
      { now },
    );
    const whole = await validate(faulty());
    expect(wrong(whole).length).toBeGreaterThan(6);
    const decisions = ({ report }: Validated) => report.checks.map(({ note: _, ...check }) => check);
    expect(decisions(merged)).toEqual(decisions(whole));
    expect(merged.outcome.verdict).toBe(whole.outcome.verdict);
    expect(merged.report.dataset).toEqual(whole.report.dataset);
    // Rows behind a measured number are looked for in the data, which the merging job does not have.
    const looked = 'temporalLeakage';
    const files = ({ report }: Validated) =>
      report.findings.map(({ check, field, file }) => [check, field, check === looked ? undefined : file]);
    expect(files(merged)).toEqual(files(whole));
    expect(merged.recorded.outputs.get('data-digest')).toBe(whole.recorded.outputs.get('data-digest'));
  });
});
