import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../actions/tools/repository.ts';
import { mutants } from './mutants.ts';

let copy: string;

beforeAll(() => {
  copy = realpathSync(mkdtempSync(join(tmpdir(), 'mlops-mutants-')));
  for (const entry of [
    'actions',
    'test',
    'workflows-examples',
    'package.json',
    'tsconfig.json',
    'vitest.config.ts',
    'action.yml',
    'README.md',
  ]) {
    cpSync(join(root, entry), join(copy, entry), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** The titles of the failed and passed tests of one file in the copy, of those that a name chooses. */
function runTests(
  file: string,
  names: readonly string[],
): { readonly failed: readonly string[]; readonly passed: readonly string[] } {
  const report = join(copy, 'report.json');
  const { VITEST, VITEST_WORKER_ID, VITEST_POOL_ID, ...env } = process.env;
  spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      file,
      '--reporter=json',
      `--outputFile=${report}`,
      '--testNamePattern',
      names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'),
    ],
    { cwd: copy, env, stdio: 'ignore' },
  );
  const { testResults }: { testResults: { assertionResults: { status: string; fullName: string }[] }[] } =
    JSON.parse(readFileSync(report, 'utf8'));
  rmSync(report);
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const titles = (status: string) =>
    results.filter((result) => result.status === status).map(({ fullName }) => fullName);
  return { failed: titles('failed'), passed: titles('passed') };
}

describe('the tests can fail', () => {
  test.each([...new Set(mutants.map(({ test }) => test))])('%s passes without a fault', (file) => {
    const names = mutants.filter(({ test }) => test === file).map(({ caughtBy }) => caughtBy);
    const { failed, passed } = runTests(file, names);
    expect(failed).toEqual([]);
    for (const name of names) expect(passed, name).toContainEqual(expect.stringContaining(name));
  });

  test.each(mutants)('$fault is caught', ({ file, find, replace, test: testFile, caughtBy }) => {
    const path = join(copy, file);
    const original = readFileSync(path, 'utf8');
    expect(original.split(find), `${file} holds the fault's place exactly once`).toHaveLength(2);
    writeFileSync(
      path,
      original.replace(find, () => replace),
    );
    try {
      expect(runTests(testFile, [caughtBy]).failed).toContainEqual(expect.stringContaining(caughtBy));
    } finally {
      writeFileSync(path, original);
    }
  });
});
