import { parseArgs } from 'node:util';
import { seededRandom } from '../../lib/stats/random.ts';
import { COVERAGE_CASES, type CoverageCase, type CoverageSettings } from './coverage-cases.ts';

const SEED = 20260127;
const NOMINAL = 0.95;
/** What counts as having kept the promise of 95 %. */
const KEPT = [0.93, 0.97] as const;
/** Cases whose intervals take no resampling are drawn so many times as often. */
const QUICK_SHARE = 5;

/** What a simulated case came to. */
export interface Coverage {
  readonly method: string;
  readonly draws: number;
  /** Draws whose metric had an interval. */
  readonly made: number;
  /** Share of the intervals that hold the true value. */
  readonly covered: number;
  readonly meanWidth: number;
}

/** Draws test sets of a case and counts how many of their intervals hold the true value. */
export function simulateCoverage(one: CoverageCase, draws: number, settings: CoverageSettings): Coverage {
  const truth = one.truth();
  const random = seededRandom(settings.seed);
  const methods = new Set<string>();
  let made = 0;
  let covered = 0;
  let width = 0;
  for (let draw = 0; draw < draws; draw++) {
    // Resampling by one seed for all test sets would make their errors alike.
    const interval = one.draw(random, { ...settings, seed: settings.seed + 1 + draw });
    if (!interval) continue;
    methods.add(interval.method);
    made++;
    width += interval.high - interval.low;
    if (interval.low <= truth && truth <= interval.high) covered++;
  }
  return { method: [...methods].join(', '), draws, made, covered: covered / made, meanWidth: width / made };
}

/**
 * `npm run bench -- coverage`: how often intervals of nominally 95 % hold the true value, for every method on cases of
 * the field. Simulated and seeded; prints Markdown for the README of evaluate-model.
 *
 * Flags: `--draws=N` (1000; five times as many where nothing is resampled), `--resamples=N` (1000), `--only=TEXT`
 * (cases whose metric, law or size holds it).
 */
export async function benchCoverage(flags: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      draws: { type: 'string', default: '1000' },
      resamples: { type: 'string', default: '1000' },
      only: { type: 'string', default: '' },
    },
  });
  const { only } = values;
  const settings = { confidence: NOMINAL, resamples: Number(values.resamples), seed: SEED };
  const reasons: string[] = [];
  console.log('| metric | test sets | size | method | covered | mean width | |');
  console.log('|---|---|---|---|---:|---:|---|');
  for (const one of COVERAGE_CASES) {
    if (![one.metric, one.law, one.size].some((text) => text.includes(only))) continue;
    const draws = Number(values.draws) * (one.quick ? QUICK_SHARE : 1);
    const found = simulateCoverage(one, draws, settings);
    console.log(`| ${rowOf(one, found, reasons).join(' | ')} |`);
  }
  console.log(`\n${reasons.map((reason, at) => `${at + 1}. ${reason}`).join('\n')}`);
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** @param reasons - of the rows before, which the same reason is not repeated in */
function rowOf(one: CoverageCase, found: Coverage, reasons: string[]): readonly string[] {
  const { covered, method, meanWidth, made, draws } = found;
  const error = 1.96 * Math.sqrt((NOMINAL * (1 - NOMINAL)) / made);
  const kept = covered >= KEPT[0] && covered <= KEPT[1];
  const remarks = [
    kept ? '' : `outside, ${numberOf(one.why ?? 'not explained', reasons)}`,
    made < draws ? `${percent(1 - made / draws)} without an interval` : '',
  ];
  return [
    `\`${one.metric}\``,
    one.law,
    one.size,
    method,
    `${kept ? percent(covered) : `**${percent(covered)}**`} ± ${(100 * error).toFixed(1)}`,
    meanWidth.toPrecision(2),
    remarks.filter((text) => text !== '').join('; '),
  ];
}

function numberOf(reason: string, reasons: string[]): number {
  if (!reasons.includes(reason)) reasons.push(reason);
  return reasons.indexOf(reason) + 1;
}
