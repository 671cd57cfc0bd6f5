import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { decisionsPlot } from './decisions-plot.ts';
import type { Rates } from './decisions-rates.ts';
import { type Effort, type Line, LOSSES, METRICS, SIZES } from './decisions-setup.ts';
import { simulateSlices } from './decisions-slices.ts';
import { rulesText, tableOf } from './decisions-tables.ts';
import { simulateTestSet } from './decisions-test-set.ts';

/** Losses along the curves of the plot, in margins. */
const CURVE: readonly number[] = Array.from({ length: 13 }, (_, at) => at / 4);
const CURVE_METRIC = 'accuracy';
const CURVE_GATES = 20;
/** With so many rows nearly every run ends alike, so that fewer of them tell as much. */
const MANY_ROWS = 20_000;

const TITLES: Readonly<Record<number, string>> = {
  0: 'Equal models: every block is false',
  1: 'A true loss of exactly the margin: neither answer is wrong',
  2: 'A true loss of twice the margin: everything but a block misses it',
  3: 'A true loss of three times the margin',
};

/**
 * `npm run bench -- decisions`: how often non-inferiority gates block, and what rules of other tools do on the same test
 * sets. Simulated and seeded, through the comparison, judgement and correction of the action; prints Markdown for the
 * README of gate-metrics.
 *
 * Flags: `--runs=N` (2000; 200 for a quick look), `--resamples=N` (500), `--only=NAME` (a metric, or `test-set`),
 * `--plot=FILE` (draws the curves, too).
 */
export async function benchDecisions(flags: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      runs: { type: 'string', default: '2000' },
      resamples: { type: 'string', default: '500' },
      only: { type: 'string', default: '' },
      plot: { type: 'string' },
    },
  });
  const runs = Number(values.runs);
  const resamples = Number(values.resamples);
  const effortAt = (rows: number): Effort => ({
    runs: rows >= MANY_ROWS ? Math.ceil(runs / 2) : runs,
    equalRuns: rows >= MANY_ROWS ? Math.ceil(runs / 10) : runs,
    resamples,
  });
  const { only } = values;
  const lines = METRICS.filter((metric) => only === '' || metric === only).flatMap((metric) =>
    SIZES.flatMap((rows) =>
      simulateSlices(metric, rows, values.plot && metric === CURVE_METRIC ? CURVE : LOSSES, effortAt(rows)),
    ),
  );
  for (const loss of lines.length > 0 ? LOSSES : [])
    print(
      TITLES[loss] ?? '',
      lines.filter((line) => line.loss === loss),
    );
  if (only === '' || only === 'test-set') printTestSets(effortAt);
  console.log(`\n${rulesText()}`);
  if (values.plot) writeFileSync(values.plot, await curves(lines));
}

const print = (title: string, lines: readonly Line<Rates>[]): void =>
  console.log(`\n**${title}**\n\n${tableOf(lines)}`);

function printTestSets(effortAt: (rows: number) => Effort): void {
  const lines = SIZES.flatMap((rows) => {
    const { runs, equalRuns, resamples } = effortAt(rows);
    return simulateTestSet(rows, [0, 2], { runs: Math.min(equalRuns, Math.ceil(runs / 2)), resamples });
  });
  print(
    'All gates on one test set: equal models',
    lines.filter(({ loss }) => loss === 0),
  );
  print(
    'All gates on one test set: accuracy loses twice its margin',
    lines.filter(({ loss }) => loss === 2),
  );
}

const curves = (lines: readonly Line<Rates>[]): Promise<string> =>
  decisionsPlot(
    lines.filter(({ metric, gates }) => metric === CURVE_METRIC && gates === CURVE_GATES),
    `How often ${CURVE_GATES} gates on ${CURVE_METRIC} block when one slice is worse`,
  );
