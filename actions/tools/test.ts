import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecks } from './check.ts';
import { root } from './repository.ts';

/** The counts in vitest's JSON report that the closing line is made of. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numFailedTestSuites: number;
}

/**
 * `npm test`: all checks, then all tests; `npm test -- <vitest arguments>` runs only the tests these choose.
 * The last line counts both: `N passed, N failed, N skipped`.
 */
const chosen = process.argv.slice(2);
// The contract tests are part of the test run below, so that they are counted one by one.
const checks = chosen.length === 0 ? await runChecks(['contracts and examples']) : { passed: 0, failed: 0 };
const folder = mkdtempSync(join(tmpdir(), 'mlops-tests-'));
const file = join(folder, 'report.json');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...chosen],
  { cwd: root, stdio: 'inherit' },
);
const report: Report = JSON.parse(readFileSync(file, 'utf8'));
rmSync(folder, { recursive: true });

// A file that does not load has no tests of its own to fail.
const broken = report.numFailedTests === 0 && status !== 0 ? Math.max(1, report.numFailedTestSuites) : 0;
const passed = report.numPassedTests + checks.passed;
const failed = report.numFailedTests + checks.failed + broken;
console.log(`\n${passed} passed, ${failed} failed, ${report.numPendingTests} skipped`);
process.exitCode = failed === 0 && status === 0 ? 0 : 1;
