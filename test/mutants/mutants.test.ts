import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../actions/tools/repository.ts';
import { type Mutant, mutants } from './mutants.ts';

/** The titles of the failed and passed tests of one file in one copy. */
interface Results {
  readonly failed: readonly string[];
  readonly passed: readonly string[];
}

let base: string;
let results: ReadonlyMap<string, Results>;

/** A copy without a fault, and one for each fault. */
const CLEAN = 'clean';
/**
 * Tests that also run in the copy without a fault, one of each ring: that the others pass without one, the suite itself
 * shows, and these show that a copy is as good as the original.
 */
const CONTROLS = ['unit', 'integration'].flatMap(
  (ring) => mutants.find(({ test }) => test.startsWith(`test/${ring}/`))?.test ?? [],
);
const folderOf = (mutant: Mutant): string => `mutant-${mutants.indexOf(mutant)}`;

/** Everything is tried in one run: to start it takes longer than most of these tests. */
beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'mlops-mutants-')));
  copyTo(CLEAN);
  for (const mutant of mutants) {
    const folder = folderOf(mutant);
    copyTo(folder);
    const path = join(base, folder, mutant.file);
    const changed = readFileSync(path, 'utf8').replace(mutant.find, () => mutant.replace);
    writeFileSync(path, changed);
  }
  // As in vitest.config.ts of the repository; the kernels were compiled before any test began.
  writeFileSync(
    join(base, 'vitest.config.mjs'),
    `const server = { deps: { inline: [/@actions\\/(workflow-parser|languageservice)/] } };
export default { test: { include: ['*/test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 120_000, maxWorkers: ${availableParallelism()}, server } };`,
  );
  results = runTests();
}, 400_000);
afterAll(() => rmSync(base, { recursive: true, force: true }));

function copyTo(folder: string): void {
  for (const entry of [
    'actions',
    'build/kernels.wasm',
    'test',
    'workflows-examples',
    'package.json',
    'tsconfig.json',
    'action.yml',
    'README.md',
  ])
    cpSync(join(root, entry), join(base, folder, entry), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(base, folder, 'node_modules'), 'junction');
}

/** Runs the tests that are meant to notice something, in the copies with a fault and in the one without. */
function runTests(): ReadonlyMap<string, Results> {
  const report = join(base, 'report.json');
  const { VITEST, VITEST_WORKER_ID, VITEST_POOL_ID, ...env } = process.env;
  const files = [
    ...CONTROLS.map((test) => `${CLEAN}/${test}`),
    ...mutants.map((mutant) => `${folderOf(mutant)}/${mutant.test}`),
  ];
  const names = mutants.map(({ caughtBy }) => caughtBy.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const ran = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      ...new Set(files),
      '--reporter=json',
      `--outputFile=${report}`,
      '--testNamePattern',
      names.join('|'),
    ],
    { cwd: base, env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (ran.error) throw ran.error;
  const { testResults }: Report = JSON.parse(readFileSync(report, 'utf8'));
  return new Map(
    testResults.map(({ name, assertionResults }) => {
      const titles = (status: string): readonly string[] =>
        assertionResults.filter((result) => result.status === status).map(({ fullName }) => fullName);
      return [
        relative(base, name).replaceAll('\\', '/'),
        { failed: titles('failed'), passed: titles('passed') },
      ] as const;
    }),
  );
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

describe('the tests can fail', () => {
  test('of each ring a control is tried', () => {
    expect(CONTROLS).toHaveLength(2);
  });

  test.each(CONTROLS)('%s passes without a fault', (file) => {
    const names = mutants.filter((mutant) => mutant.test === file).map(({ caughtBy }) => caughtBy);
    const { failed, passed } = results.get(`${CLEAN}/${file}`) ?? { failed: ['nothing ran'], passed: [] };
    expect(failed).toEqual([]);
    for (const name of names) expect(passed, name).toContainEqual(expect.stringContaining(name));
  });

  test.each(mutants)('$fault is caught', (mutant) => {
    const source = readFileSync(join(base, CLEAN, mutant.file), 'utf8');
    expect(source.split(mutant.find), `${mutant.file} holds the fault's place exactly once`).toHaveLength(2);
    const found = results.get(`${folderOf(mutant)}/${mutant.test}`);
    expect(found?.failed).toContainEqual(expect.stringContaining(mutant.caughtBy));
  });
});
