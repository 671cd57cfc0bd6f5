import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from '../../actions/tools/repository.ts';
import { makeWorkspace, runBundle, type StepResult } from '../support/run-bundle.ts';
import { validateData } from '../support/validate-data.ts';

const DATA = 'ID,when\n1,2024-01-01T23:30:00\n2,2024-06-30\nI,x\n';
const workspace = makeWorkspace({ 'a.csv': DATA });
const base = realpathSync(mkdtempSync(join(tmpdir(), 'mlops-surroundings-')));
afterAll(() => {
  workspace.remove();
  rmSync(base, { recursive: true, force: true });
});

/** A step over the data, from its sources, in a process of its own. */
const step = (
  env: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>> = {},
): Promise<StepResult> =>
  runBundle(
    'validate-data',
    workspace.path,
    { data: 'a.csv', ...inputs },
    { env, entry: join(root, 'actions/validate-data/index.ts') },
  );

/** Does something in the process before the step begins. */
const first = (script: string) => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}`,
});

/** What a step found: all that its documents say but when they were made. */
function found(read: (file: string) => string): string {
  const { checks, findings } = JSON.parse(read('report.json'));
  return JSON.stringify([checks, findings, JSON.parse(read('profile.json')).columns]);
}

let usual: Promise<string> | undefined;
/** What it finds where all is as it should be. */
const asUsual = (): Promise<string> => {
  usual ??= step({ TZ: 'UTC', HOME: base }, { 'output-dir': 'usual' }).then(({ read }) =>
    found((file) => read(`usual/${file}`)),
  );
  return usual;
};

test.each<[string, Readonly<Record<string, string>>]>([
  ['a zone far from UTC', { TZ: 'Pacific/Kiritimati' }],
  ['Turkish', { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }],
  ['no locale and no home', { LC_ALL: 'C', HOME: '' }],
  ['files that only their owner may read', first('process.umask(0o077)')],
  ['no RUNNER_TEMP', { RUNNER_TEMP: '' }],
  ['a RUNNER_TEMP that is not there', { RUNNER_TEMP: join(base, 'not/there') }],
])('B65 %s changes nothing', async (name, env) => {
  const folder = name.replaceAll(' ', '-');
  const { exitCode, log, read } = await step(env, { 'output-dir': folder });
  expect(exitCode, log).toBe(0);
  expect(found((file) => read(`${folder}/${file}`))).toBe(await asUsual());
});

test('B65 a workspace that must not be written to is an error that says what to do, and elsewhere it can be', async () => {
  const locked = makeWorkspace({ 'a.csv': DATA });
  const temp = join(base, 'temp');
  mkdirSync(temp);
  for (const folder of [base, temp]) chmodSync(folder, 0o777);
  chmodSync(locked.path, 0o555);
  // Root may write anywhere: then the step is nobody.
  const nobody = process.getuid?.() === 0 ? first('process.setegid(65534);process.seteuid(65534)') : {};
  const env = {
    ...nobody,
    GITHUB_WORKSPACE: locked.path,
    GITHUB_OUTPUT: '',
    GITHUB_STEP_SUMMARY: '',
    RUNNER_TEMP: temp,
  };
  try {
    const refused = await step(env);
    expect(refused.exitCode).toBe(1);
    expect(refused.log).toMatch(
      /::error::invalid-file: mlops\/validate-data\/profile\.json: permission denied; set output-dir to a folder that can be written to/,
    );
    const out = join(temp, 'out');
    const { exitCode, log } = await step(env, { 'output-dir': out });
    expect(exitCode, log).toBe(0);
    expect(found((file) => readFileSync(join(out, file), 'utf8'))).toBe(await asUsual());
  } finally {
    chmodSync(locked.path, 0o755);
    locked.remove();
  }
});

test('B65 a clock that is off by ten minutes changes nothing but the time of the report', async () => {
  const at = async (ms: number) => {
    const { report, profile } = await validateData({ data: 'a.csv' }, { 'a.csv': DATA }, { now: ms });
    return JSON.stringify([report, profile]).replaceAll(report.created, 'now');
  };
  const now = Date.parse('2026-01-15T12:00:00Z');
  expect(await at(now - 600_000)).toBe(await at(now + 600_000));
});

test('B65 a path of more than 260 characters is read', async () => {
  const path = `${[1, 2, 3, 4].map((at) => String(at).repeat(100)).join('/')}/a.csv`;
  const { report } = await validateData({ data: path }, { [path]: DATA });
  expect(report.dataset).toMatchObject({ rows: 3, files: [{ name: path }] });
});
