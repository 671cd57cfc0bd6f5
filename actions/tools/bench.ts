import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { actionNames, root } from './repository.ts';

/** A command to time as a whole process, with the label of its row. */
interface Contestant {
  readonly label: string;
  readonly args: readonly string[];
}

/** Median wall time of each contestant in ms; they take turns, so that a busy moment hits all alike. */
export function timeProcesses(
  contestants: readonly Contestant[],
  rounds: number,
  env: Readonly<Record<string, string>>,
): readonly number[] {
  const times = contestants.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { args }] of contestants.entries()) {
      const started = performance.now();
      spawnSync(process.execPath, args, { env, stdio: 'ignore' });
      times[index]?.push(performance.now() - started);
    }
  }
  return times.map((samples) => samples.sort((a, b) => a - b)[samples.length >> 1] ?? Number.NaN);
}

/** Start of each bundle, reading its inputs and failing on a missing one, beside bare Node. */
export function benchStart(
  rounds: number,
): readonly { readonly name: string; readonly ms: number; readonly ratio: number }[] {
  const workspace = mkdtempSync(join(tmpdir(), 'mlops-bench-'));
  const names = actionNames();
  const contestants = [
    { label: 'bare node', args: ['-e', '0'] },
    ...names.map((name) => ({ label: name, args: [join(root, 'dist', name, 'index.js')] })),
  ];
  // A bad input makes even an action without required inputs stop right after reading them.
  const env = { GITHUB_WORKSPACE: workspace, RUNNER_TEMP: workspace, 'INPUT_FAIL-ON': 'nonsense' };
  const [bare = Number.NaN, ...bundles] = timeProcesses(contestants, rounds, env);
  rmSync(workspace, { recursive: true });
  return bundles.map((ms, index) => ({ name: names[index] ?? '', ms, ratio: ms / bare }));
}

/** The benchmarks by name; adding one is one line. */
const benchmarks: Readonly<Record<string, () => void>> = {
  start: () => {
    console.log('Cold start: read inputs, fail on a bad one (ratio to `node -e 0` in the same run, limit 3)');
    for (const { name, ms, ratio } of benchStart(21))
      console.log(`  ${name.padEnd(16)} ${ms.toFixed(0)} ms  ${ratio.toFixed(2)}x`);
  },
};

if (import.meta.main) {
  const chosen = process.argv.slice(2);
  for (const name of chosen.length > 0 ? chosen : Object.keys(benchmarks)) {
    const run = benchmarks[name];
    if (run === undefined)
      throw new Error(`There is no benchmark "${name}"; there are ${Object.keys(benchmarks).join(', ')}.`);
    run();
  }
}
