import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './repository.ts';

/** One thing that must hold, and the command that shows it. */
interface Check {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
}

/** Adding a check is one line. The longest comes first, so that it does not end alone. */
const checks: readonly Check[] = [
  { name: 'dist equals a fresh build, within budget', script: 'actions/tools/check-dist.ts', args: [] },
  { name: 'types', script: 'node_modules/typescript/bin/tsc', args: ['--noEmit', '-p', '.'] },
  {
    name: 'format and lint',
    script: 'node_modules/@biomejs/biome/bin/biome',
    args: ['ci', '--colors=off', '.'],
  },
  {
    name: 'import rules',
    script: 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
    args: ['--config', '.dependency-cruiser.mjs', 'actions', 'test'],
  },
  { name: 'unused code', script: 'node_modules/knip/bin/knip.js', args: ['--no-progress'] },
  { name: 'generated docs', script: 'actions/tools/generate-docs.ts', args: ['--check'] },
  {
    name: 'contracts and examples',
    script: 'node_modules/vitest/vitest.mjs',
    args: ['run', '--project', 'contract'],
  },
];

/** Checks that run at the same time: most are bound to one core. */
const LANES = 2;

/** Runs the named checks (all by default) and says of each whether it holds, with its output when it does not. */
export async function runChecks(skip: readonly string[] = []): Promise<{
  readonly passed: number;
  readonly failed: number;
}> {
  const chosen = checks.filter(({ name }) => !skip.includes(name));
  const queue = [...chosen];
  let failed = 0;
  const lane = async (): Promise<void> => {
    for (let check = queue.shift(); check !== undefined; check = queue.shift())
      if (!(await holds(check))) failed += 1;
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return { passed: chosen.length - failed, failed };
}

async function holds({ name, script, args }: Check): Promise<boolean> {
  const started = Date.now();
  const child = spawn(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  if (status !== 0) console.log(output.trimEnd());
  return status === 0;
}

if (import.meta.main) {
  const { failed } = await runChecks();
  process.exitCode = failed === 0 ? 0 : 1;
}
