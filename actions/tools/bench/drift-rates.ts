import type { ColumnProfile } from '../../lib/documents/profile.ts';
import type { DriftResult } from '../../lib/documents/validation.ts';
import { compareProfiles } from '../../lib/drift/compare-profiles.ts';
import { measureDrift } from '../../lib/drift/measure-drift.ts';
import type { DriftRequest } from '../../lib/drift/request.ts';
import { type Random, seededRandom } from '../../lib/stats/random.ts';
import { numberProfile, textProfile } from './drift-profiles.ts';

/**
 * `npm run bench -- drift-rates`: how often the default rules of tools call drift where there is none, and find it
 * where there is. Simulated and seeded; prints Markdown for the README. `--rounds=N` for a quicker or closer look.
 */

const SEED = 20260115;
const REFERENCE = 5000;
const SIZES = [30, 50, 100, 200, 500, 1000, 5000] as const;
/** Shares of the categories, and the same with 15 points moved from the first to the last. */
const SHARES = [40, 30, 15, 10, 5] as const;
const MOVED = [25, 30, 15, 10, 20] as const;

/** A rule of judging a column by itself, and what it is called. */
interface Rule {
  readonly name: string;
  readonly request: DriftRequest;
}

const RULES: readonly Rule[] = [
  { name: 'ours', request: {} },
  { name: 'Evidently 0.7', request: { compat: 'evidently' } },
  { name: 'TFDV, 0.01 as in its guide', request: { compat: 'tfdv' } },
  { name: 'deepchecks, 0.2', request: { compat: 'deepchecks' } },
  { name: 'whylogs', request: { compat: 'whylogs' } },
];
/** Soda has no default; its examples take p-values below 0.05, by Kolmogorov-Smirnov and chi-square. */
const SODA: Readonly<Record<'numbers' | 'categories', Rule>> = {
  numbers: { name: 'Soda, p < 0.05', request: { method: 'ks', alpha: 0.05, minSample: 1 } },
  categories: { name: 'Soda, p < 0.05', request: { method: 'chiSquare', alpha: 0.05, minSample: 1 } },
};

/** What is simulated: how the two sides are drawn. */
interface Scenario {
  readonly title: string;
  readonly kind: 'numbers' | 'categories';
  readonly reference: (random: Random, size: number) => ColumnProfile;
  readonly current: (random: Random, size: number) => ColumnProfile;
}

const normal =
  (mean: number) =>
  (random: Random, size: number): ColumnProfile =>
    numberProfile(Float64Array.from({ length: size }, () => mean + random.normal()));

const categories =
  (weights: readonly number[]) =>
  (random: Random, size: number): ColumnProfile => {
    const counts = new Float64Array(weights.length);
    random.multinomial(size, weights, counts);
    return textProfile(counts);
  };

const SCENARIOS: readonly Scenario[] = [
  { title: 'False alarms, numbers: no drift', kind: 'numbers', reference: normal(0), current: normal(0) },
  {
    title: 'Found, numbers: a shift by half a standard deviation',
    kind: 'numbers',
    reference: normal(0),
    current: normal(0.5),
  },
  {
    title: 'Found, numbers: a shift by 0.2, twice the threshold',
    kind: 'numbers',
    reference: normal(0),
    current: normal(0.2),
  },
  {
    title: 'False alarms, five categories: no drift',
    kind: 'categories',
    reference: categories(SHARES),
    current: categories(SHARES),
  },
  {
    title: 'Found, five categories: 15 of 100 moved from the largest to the smallest',
    kind: 'categories',
    reference: categories(SHARES),
    current: categories(MOVED),
  },
];

/** The verdict of a rule as its tool gives it: a warning is not an alarm. */
const alarms = ({ status, severity }: DriftResult): boolean => status === 'drifted' && severity !== 'warning';

const percent = (hits: number, of: number): string => `${((100 * hits) / of).toFixed(1)} %`;

/** How often each rule raised an alarm, and ours neither that nor said that all is well. */
interface Rates {
  readonly alarms: readonly number[];
  readonly doubtful: number;
  readonly stable: number;
}

function simulate(scenario: Scenario, rounds: number): void {
  const rules = [...RULES, SODA[scenario.kind]];
  heading(`**${scenario.title}** (reference ${REFERENCE.toLocaleString('en')} rows, ${rounds} rounds)`, [
    'rows',
    ...rules.map(({ name }) => name),
    'ours: in doubt',
    'ours: called stable',
  ]);
  for (const size of SIZES) {
    const rates = ratesAt(scenario, rules, size, rounds);
    const cells = [...rates.alarms, rates.doubtful, rates.stable].map((count) => percent(count, rounds));
    console.log(`| ${size} | ${cells.join(' | ')} |`);
  }
}

function heading(title: string, columns: readonly string[]): void {
  console.log(`\n${title}\n\n| ${columns.join(' | ')} |\n|${columns.map(() => '---:|').join('')}`);
}

function ratesAt(scenario: Scenario, rules: readonly Rule[], size: number, rounds: number): Rates {
  const random = seededRandom(SEED + size);
  const results = Array.from({ length: rounds }, () => {
    const reference = scenario.reference(random, REFERENCE);
    const current = scenario.current(random, size);
    return rules.map(({ request }) => measureDrift(reference, current, request));
  });
  const ours = (status: DriftResult['status']): number =>
    results.filter(([result]) => result?.status === status).length;
  return {
    alarms: rules.map(
      (_, index) => results.filter((round) => round.slice(index, index + 1).some(alarms)).length,
    ),
    doubtful: ours('inconclusive'),
    stable: ours('stable'),
  };
}

/** Twenty columns at once: how often any of them raises an alarm although nothing drifted. */
function simulateTables(rounds: number): void {
  heading(
    `**Tables of 20 columns without drift that raise any alarm** (reference ${REFERENCE.toLocaleString('en')} rows, ${rounds} rounds)`,
    ['rows', ...RULES.map(({ name }) => name)],
  );
  const table = (random: Random, size: number): readonly ColumnProfile[] =>
    Array.from({ length: 20 }, (_, index) => ({ ...normal(0)(random, size), name: `c${index}` }));
  for (const size of [100, 1000]) {
    const random = seededRandom(SEED + 7 * size);
    const alarming = Array.from({ length: rounds }, () => {
      const [reference, current] = [table(random, REFERENCE), table(random, size)];
      return RULES.map(({ request }) => compareProfiles(reference, current, request).some(alarms));
    });
    const cells = RULES.map((_, index) => percent(alarming.filter((round) => round[index]).length, rounds));
    console.log(`| ${size} | ${cells.join(' | ')} |`);
  }
}

/** Very much data: a shift nobody needs to know of, which every p-value sees. */
function simulateLarge(rounds: number): void {
  const size = 200_000;
  const rules = [...RULES, SODA.numbers];
  heading(
    `**Irrelevant: a shift by 0.02 standard deviations, 200,000 rows on both sides** (${rounds} rounds)`,
    rules.map(({ name }) => name),
  );
  const random = seededRandom(SEED);
  const alarming = Array.from({ length: rounds }, () => {
    const [reference, current] = [normal(0)(random, size), normal(0.02)(random, size)];
    return rules.map(({ request }) => alarms(measureDrift(reference, current, request)));
  });
  const cells = rules.map((_, index) => percent(alarming.filter((round) => round[index]).length, rounds));
  console.log(`| ${cells.join(' | ')} |`);
}

/** Prints all tables. */
export async function benchDriftRates(flags: readonly string[]): Promise<void> {
  const given = flags.map((flag) => /^--rounds=(\d+)$/.exec(flag)?.[1]).find((text) => text !== undefined);
  const rounds = Number(given ?? 400);
  for (const scenario of SCENARIOS) simulate(scenario, rounds);
  simulateTables(Math.ceil(rounds / 5));
  simulateLarge(Math.ceil(rounds / 20));
}

if (import.meta.main) await benchDriftRates(process.argv.slice(2));
