import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './repository.ts';

/** One thing that must hold, and the command that shows it; adding a check is one line. */
const checks: readonly {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
}[] = [
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
  { name: 'dist equals a fresh build, within budget', script: 'actions/tools/check-dist.ts', args: [] },
];

/** Runs the named checks (all by default) and says of each whether it holds, with its output when it does not. */
export function runChecks(skip: readonly string[] = []): {
  readonly passed: number;
  readonly failed: number;
} {
  let failed = 0;
  const chosen = checks.filter(({ name }) => !skip.includes(name));
  for (const { name, script, args } of chosen) {
    const started = Date.now();
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, script), ...args], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
    if (status === 0) continue;
    failed += 1;
    console.log(`${stdout}${stderr}`.trimEnd());
  }
  return { passed: chosen.length - failed, failed };
}

if (import.meta.main) {
  const { failed } = runChecks();
  process.exitCode = failed === 0 ? 0 : 1;
}
