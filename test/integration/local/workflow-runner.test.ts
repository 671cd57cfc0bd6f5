import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLocalGitHub, type LocalGitHub } from '../../../actions/local/local-github.ts';
import type { RunRequest } from '../../../actions/local/prepare-run.ts';
import {
  allSteps,
  type JobRecord,
  type RunEvent,
  type RunRecord,
} from '../../../actions/local/workflow/run-record.ts';

const FIXTURES = resolve(import.meta.dirname, '../../fixtures');
const fixture = (name: string): string => join(FIXTURES, 'workflows', `${name}.yml`);

const state = mkdtempSync(join(tmpdir(), 'local-'));
const events: RunEvent[] = [];
let local: LocalGitHub;

beforeAll(async () => {
  local = await createLocalGitHub({
    state,
    repository: 'octo/penguins',
    secrets: { KEY: 'open-sesame' },
    onEvent: (event) => events.push(event),
  });
  await local.github.remote.commitFiles(
    'main',
    { ...actionFiles(), 'sub/file.txt': 'x\n' },
    'Files of the tests',
  );
});

afterAll(async () => {
  await local.close();
  rmSync(state, { recursive: true, force: true });
});

function actionFiles(): Record<string, Buffer> {
  const folder = join(FIXTURES, 'workflow-actions');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.\w+$/.test(path),
  );
  return Object.fromEntries(files.map((path) => [`actions/${path}`, readFileSync(join(folder, path))]));
}

const push = (name: string, more: Partial<RunRequest> = {}): Promise<RunRecord> =>
  local.runWorkflow({ file: fixture(name), event: { event: 'push', branch: 'main' }, ...more });

const conclusions = (run: RunRecord): Record<string, string> =>
  Object.fromEntries(run.jobs.map(({ name, conclusion }) => [name, conclusion]));

function job(run: RunRecord, id: string): JobRecord {
  const found = run.jobs.find((one) => one.id === id);
  if (!found) throw new Error(`no job ${id}`);
  return found;
}

const steps = (one: JobRecord): Record<string, string> =>
  Object.fromEntries(one.steps.map(({ id, outcome, conclusion }) => [id, `${outcome}/${conclusion}`]));

test('outputs pass from job to job, and variables win from the inside out', async () => {
  const run = await push('needs-and-outputs');
  expect(conclusions(run)).toEqual({ first: 'success', second: 'success' });
  expect(job(run, 'first').outputs).toEqual({ answer: '42', lines: 'one\ntwo' });
  expect(job(run, 'second').outputs).toEqual({ seen: 'file/workflow/file-workflow/from path/42/success' });
});

test('conditions of steps and jobs see what happened before, as on GitHub', async () => {
  const run = await push('conditions');
  expect(conclusions(run)).toEqual({
    breaks: 'failure',
    skipped: 'skipped',
    'after-skipped': 'skipped',
    'on-failure': 'success',
    always: 'success',
    tolerated: 'failure',
    'after-tolerated': 'success',
  });
  expect(steps(job(run, 'breaks'))).toEqual({
    tolerated: 'failure/success',
    'after-tolerated': 'success/success',
    breaks: 'failure/failure',
    'not-reached': 'skipped/skipped',
    'on-failure': 'success/success',
    always: 'success/success',
  });
  expect(run.conclusion).toBe('failure');
});

test('a matrix comes from an expression, joins its outputs, and fails fast unless told not to', async () => {
  const run = await push('matrix');
  expect(conclusions(run)).toEqual({
    list: 'success',
    'each (1)': 'success',
    'each (2, more)': 'success',
    after: 'success',
    'fails-fast (1)': 'failure',
    'fails-fast (2)': 'cancelled',
    'fails-fast (3)': 'cancelled',
    'slow 1': 'failure',
    'slow 2': 'success',
  });
  expect(job(run, 'after').outputs).toEqual({ joined: '1 0/2, 2more 1/2' });
});

test('composite actions nest, name their neighbours by $/, and hand their outputs on', async () => {
  const run = await push('composite');
  const { steps: found, conclusion } = job(run, 'use');
  expect(conclusion).toBe('success');
  const outer = found.find(({ id }) => id === 'outer');
  expect(outer?.outputs).toEqual({ summary: 'fail: 0.85 < 0.9 (node); inner saw around; hash true' });
  expect(outer?.steps.map(({ id, outcome, conclusion: after }) => [id, outcome, after])).toEqual([
    ['compare', 'failure', 'success'],
    ['__2', 'skipped', 'skipped'],
    ['inner', 'success', 'success'],
    ['hash', 'success', 'success'],
  ]);
  const messages = allSteps(found).flatMap(({ annotations }) => annotations.map(({ message }) => message));
  expect(messages).toContain(`Unexpected input(s) 'typo', valid inputs are ['metric', 'threshold']`);
  expect(messages).toContain('post saw yes');
});

describe('artifacts', () => {
  let made: RunRecord;
  beforeAll(async () => {
    made = await push('artifacts');
  });

  test('go from one job to the next through the real client, without hidden files', () => {
    expect(conclusions(made)).toEqual({ make: 'success', take: 'success' });
    expect(steps(job(made, 'take'))['missing']).toBe('failure/success');
    expect(made.artifacts.map(({ name }) => name)).toEqual(['result']);
    expect(made.artifacts[0]?.digest).toBe(`sha256:${job(made, 'make').outputs['digest']}`);
    expect(existsSync(join(state, made.artifacts[0]?.path ?? 'none'))).toBe(true);
  });

  test('are found by another run through REST', async () => {
    const dispatch = (inputs: Record<string, string>) =>
      local.runWorkflow({
        file: fixture('other-run'),
        event: { event: 'workflow_dispatch', workflow: 'other-run.yml', inputs },
      });
    expect((await dispatch({ run: String(made.id) })).conclusion).toBe('success');
    expect((await dispatch({ run: String(made.id), loud: 'true' })).conclusion).toBe('failure');
    await expect(dispatch({ runn: '1', loud: 'perhaps' })).rejects.toThrow(
      [
        'runn: the workflow has no such input, only run, loud',
        'run: required, but not given',
        'loud: expected a boolean, found "perhaps"',
      ].join('\n'),
    );
  });
});

test("a job's token may do what its permissions say, and secrets stay secret", async () => {
  const run = await push('permissions');
  expect(job(run, 'reader').outputs).toEqual({ read: '200', write: '403' });
  expect(job(run, 'writer').outputs).toEqual({ read: '403', write: '201' });
  expect(job(run, 'leaky').outputs).toEqual({ safe: 'kept' });
  const log = readFileSync(join(run.folder, 'log.txt'), 'utf8');
  expect(log).toContain('the token is *** and the key is ***');
  for (const file of ['log.txt', 'summary.md'])
    expect(readFileSync(join(run.folder, file), 'utf8')).not.toContain('open-sesame');
});

test('a reusable workflow runs as a job with inputs and outputs', async () => {
  const run = await push('calls');
  expect(conclusions(run)).toEqual({ 'call / work': 'success', after: 'success' });
});

test('a pull request from a fork cannot write, whatever the workflow asks for', async () => {
  const remote = local.github.remote;
  await remote.commitFiles('change', { 'new.txt': 'x' }, 'Change', 'refs/heads/main');
  const number = await local.github.seedPullRequest({
    head: 'change',
    base: 'main',
    title: 'T',
    fromFork: true,
  });
  const payload = {
    pull_request: { number, head: { repo: { full_name: 'fork/r' } }, base: { repo: { full_name: 'o/r' } } },
  };
  const run = await push('permissions', { payload });
  expect(job(run, 'writer').outputs['write']).toBe('403');
});

test('a cancelled run interrupts its step, still tidies up, and starts nothing else', async () => {
  const controller = new AbortController();
  const running = push('slow', { signal: controller.signal });
  await expect
    .poll(() => events.some((event) => event.kind === 'line' && event.text === 'waiting'))
    .toBe(true);
  controller.abort();
  const run = await running;
  expect(run.conclusion).toBe('cancelled');
  expect(run.concurrency).toBe('slow-main');
  expect(steps(job(run, 'waits'))).toEqual({
    __1: 'cancelled/cancelled',
    tidy: 'success/success',
    'not-reached': 'skipped/skipped',
  });
  expect(readFileSync(join(run.folder, 'log.txt'), 'utf8')).toContain('interrupted');
});

test('a step that takes too long fails and says so', async () => {
  const run = await push('times-out');
  expect(run.conclusion).toBe('failure');
  expect(job(run, 'step').steps[0]?.annotations.map(({ message }) => message)).toContain(
    'The step ran out of its 0.005 minutes.',
  );
});

test('only the job asked for runs, with those it needs', async () => {
  const run = await push('conditions', { onlyJob: 'after-tolerated' });
  expect(run.jobs.map(({ id }) => id)).toEqual(['tolerated', 'after-tolerated']);
});

test('what GitHub would not run is refused before anything runs', async () => {
  const before = readdirSync(join(state, 'runs')).length;
  await expect(push('other-run')).rejects.toThrow(/does not run on push, only on workflow_dispatch/);
  await expect(push('conditions', { onlyJob: 'nope' })).rejects.toThrow(/there is no job "nope"/);
  await expect(push('missing')).rejects.toThrow(/there is no such workflow file/);
  expect(readdirSync(join(state, 'runs'))).toHaveLength(before);
});

test('a dispatch from a job starts the workflow on the default branch, once', async () => {
  const called = readFileSync(fixture('needs-and-outputs'), 'utf8').replace(
    'on: push',
    'on: workflow_dispatch',
  );
  const listening = called.replace(
    'on: workflow_dispatch',
    'on: { repository_dispatch: { types: [retrain] } }',
  );
  await local.github.remote.commitFiles(
    'main',
    { '.github/workflows/train.yml': called, '.github/workflows/listen.yml': listening },
    'Add workflows',
  );
  const send = (path: string, body: unknown) =>
    fetch(`${local.github.url}/repos/octo/penguins${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${local.github.issueToken({ actions: 'write', contents: 'write' })}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
  expect((await send('/actions/workflows/train.yml/dispatches', { ref: 'main' })).status).toBeLessThan(300);
  expect((await send('/dispatches', { event_type: 'retrain' })).status).toBe(204);
  expect((await send('/dispatches', { event_type: 'something-else' })).status).toBe(204);
  const runs = await local.drainDispatches();
  expect(
    runs.map(({ event, conclusion, workflow }) => [event, conclusion, workflow.file.split('/').at(-1)]),
  ).toEqual([
    ['workflow_dispatch', 'success', 'train.yml'],
    ['repository_dispatch', 'success', 'listen.yml'],
  ]);
  expect(await local.drainDispatches()).toEqual([]);
});

test('a later process knows the runs and artifacts of an earlier one', async () => {
  const [first] = await Promise.all([push('artifacts')]);
  const later = await createLocalGitHub({ state, repository: 'octo/penguins' });
  try {
    expect(later.github.runs.get(first.id)).toMatchObject({ status: 'completed', conclusion: 'success' });
    expect(later.results.artifactsOf(first.id).map(({ name }) => name)).toEqual(['result']);
    const run = await later.runWorkflow({
      file: fixture('times-out'),
      event: { event: 'push', branch: 'main' },
    });
    expect(run.id).toBeGreaterThan(first.id);
  } finally {
    await later.close();
  }
});
