import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { actionNames, root } from '../repository.ts';
import { measureProcesses, median } from './measure-processes.ts';

const ROUNDS = 21;

/** Start of each bundle, reading its inputs and failing on a bad one, beside bare Node. */
export async function benchStart(): Promise<void> {
  const workspace = mkdtempSync(join(tmpdir(), 'mlops-bench-'));
  // A bad input makes even an action without required inputs stop right after reading them.
  const env = { GITHUB_WORKSPACE: workspace, RUNNER_TEMP: workspace, 'INPUT_FAIL-ON': 'nonsense' };
  const bundles = actionNames().map((name) => ({
    name,
    command: [process.execPath, join(root, 'dist', name, 'index.js')],
    mayFail: true,
  }));
  const bare = { name: 'node -e 0', command: [process.execPath, '-e', '0'] };
  const measured = measureProcesses([bare, ...bundles], ROUNDS, env);
  rmSync(workspace, { recursive: true });
  const wall = (name: string): number => median((measured.get(name) ?? []).map(({ seconds }) => seconds));
  console.log('Cold start: read inputs, fail on a bad one (ratio to `node -e 0` in the same run, limit 3)');
  for (const { name } of bundles)
    console.log(
      `  ${name.padEnd(16)} ${(wall(name) * 1000).toFixed(0)} ms  ${(wall(name) / wall(bare.name)).toFixed(2)}x`,
    );
}
