import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What one side gives for a pair of columns: milliseconds within its process, and the numbers it computed. */
interface Timed {
  readonly ms: number;
  readonly values: Readonly<Record<string, number>>;
}
type ByPair = Readonly<Record<string, Timed>>;

const ROWS = 1_000_000;

/** Ours, by way of computing and the share of scipy's time it may take. */
const WAYS = [
  { way: 'exact', limit: 0.15 },
  { way: 'profiles', limit: 0.02 },
] as const;

/**
 * Drift of a million values against a million, four measures of four pairs of columns, beside scipy. Times are taken
 * within each process: scipy's import alone would take longer than ours does.
 */
export function measureDrift(folder: string, python: string | undefined): void {
  if (python === undefined) return;
  const script = join(import.meta.dirname, 'peers', 'drift.py');
  const peer = run(python, [script, folder, String(ROWS)]);
  const engine = join(import.meta.dirname, 'drift-engine.ts');
  console.log('\ndrift of 1M against 1M values: KS, Wasserstein, PSI, Jensen–Shannon\n');
  console.log('| columns | way | ours ms | scipy ms | measured | limit | met | largest difference |');
  console.log('|---|---|---|---|---|---|---|---|');
  for (const { way, limit } of WAYS) {
    const found = existsSync(engine) ? run(process.execPath, [engine, folder, way]) : {};
    for (const [pair, theirs] of Object.entries(peer))
      console.log(`| ${pair} | ${way} | ${line(found[pair], theirs, limit).join(' | ')} |`);
  }
}

function run(program: string, args: readonly string[]): ByPair {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with status ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

function line(ours: Timed | undefined, theirs: Timed, limit: number): readonly string[] {
  if (ours === undefined) return ['not measured', theirs.ms.toFixed(0), '', '', '', ''];
  const share = ours.ms / theirs.ms;
  return [
    ours.ms.toFixed(1),
    theirs.ms.toFixed(0),
    `${share.toFixed(3)}×`,
    `≤ ${limit}×`,
    share <= limit ? 'yes' : '**no**',
    largestDifference(ours, theirs),
  ];
}

/** Of the measures, the one that is furthest from scipy's, relative to scipy's. */
function largestDifference(ours: Timed, theirs: Timed): string {
  const differences = Object.entries(theirs.values).map(
    ([name, value]) => [name, Math.abs((ours.values[name] ?? Number.NaN) - value) / Math.abs(value)] as const,
  );
  const [name = '', size = Number.NaN] = differences.toSorted(([, a], [, b]) => b - a)[0] ?? [];
  return `${name} ${size.toExponential(1)}`;
}
