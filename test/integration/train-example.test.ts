import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '../../actions/local/workflow/run-record.ts';
import { root } from '../../actions/tools/repository.ts';
import { conclusions, describeWithPython, type Example, messages, openExample } from '../support/example.ts';

const run = promisify(execFile);
let example: Example;

beforeAll(async () => {
  example = await openExample('train-example');
});

afterAll(() => example.close());

/** What rollback dispatches after an incident. */
const AFTER_INCIDENT = {
  reason: 'The production gate failed',
  environment: 'production',
  incident: '12',
  bad_version: '0.2.0',
  restored_version: '0.1.0',
  data_from: '2026-10-01T00:00:00Z',
  data_to: '2026-10-02T00:00:00Z',
  dedupe_key: 'production:sha256:00',
  ledger_head: 'sha256:11',
};

const train = (inputs: Readonly<Record<string, string>>): Promise<RunRecord> =>
  example.dispatch('train.yml', inputs);

interface Pull {
  readonly title: string;
  readonly body: string;
  readonly head: { readonly ref: string; readonly sha: string };
}

const pulls = async (): Promise<readonly Pull[]> => example.ask('/pulls');

/** A folder with a python3 that has no packages. */
function bareMachine(): string {
  const programs = join(example.folder, 'programs');
  mkdirSync(programs, { recursive: true });
  writeFileSync(join(programs, 'python3'), '#!/bin/sh\nexit 1\n');
  chmodSync(join(programs, 'python3'), 0o755);
  return programs;
}

test('a second proposal about one incident replaces the first; the bytes of main are none', async () => {
  const file = (name: string) => example.stage.file(`models/${name}.onnx`);
  const branch = 'retrain/incident-20';
  // The script is another process, and GitHub lives in this one.
  const said = [await propose(file('worse'), '20'), await propose(file('candidate'), '20')];
  expect(said[0]).toBe(said[1]);
  const open = (await pulls()).filter(({ head }) => head.ref === branch);
  expect(open).toHaveLength(1);
  const model = (await example.remote.resolve(`refs/heads/${branch}:models/penguins.onnx`)) ?? '';
  expect(await example.remote.read(model, 'blob')).toEqual(Buffer.from(file('candidate')));
  expect(await propose(file('penguins'), '21')).toContain('nothing to propose');
  expect((await pulls()).filter(({ head }) => head.ref === 'retrain/incident-21')).toEqual([]);
});

/** A machine on which nothing is trained, however often that is asked for. */
async function onBareMachine<T>(work: () => Promise<T>): Promise<T> {
  const before = process.env['PATH'] ?? '';
  process.env['PATH'] = `${bareMachine()}${delimiter}${before}`;
  return work().finally(() => {
    process.env['PATH'] = before;
  });
}

test('trains nothing without the packages, and says so', { timeout: 30_000 }, async () => {
  const trained = await onBareMachine(() => train({ ...AFTER_INCIDENT, dedupe_key: 'production:sha256:22' }));
  expect(conclusions(trained), messages(trained)).toEqual({
    train: 'success',
    propose: 'skipped',
    candidate: 'skipped',
  });
  expect(messages(trained)).toContain('nothing was trained');
});

test('does nothing where an earlier run was asked for the same', { timeout: 60_000 }, async () => {
  const steps = ({ jobs }: RunRecord) => jobs[0]?.steps.find(({ name }) => name === 'Train')?.conclusion;
  const asked = { ...AFTER_INCIDENT, dedupe_key: 'production:sha256:33' };
  const [first, twin, other, byHand] = await onBareMachine(async () => [
    await train(asked),
    await train(asked),
    await train({ ...asked, incident: '13' }),
    await train({}),
  ]);
  expect([first, twin, other].map((one) => one?.conclusion)).toEqual(['success', 'success', 'success']);
  expect([first, twin, other].map((one) => one && steps(one))).toEqual(['success', 'skipped', 'success']);
  expect(first?.title).toBe('Train model for production:sha256:33 (incident 12)');
  expect(messages(twin as RunRecord)).toContain(`Run ${first?.id} was asked for the same`);
  expect(byHand?.title).toBe('Train model');
});

describeWithPython(() => {
  test('a model after an incident becomes one pull request that names it', { timeout: 120_000 }, async () => {
    const trained = await train(AFTER_INCIDENT);
    expect(conclusions(trained), messages(trained)).toEqual({
      train: 'success',
      propose: 'success',
      candidate: 'skipped',
    });
    const pull = (await pulls()).find(({ head }) => head.ref === 'retrain/incident-12');
    expect(pull?.title).toBe('Retrain penguins.onnx after incident #12');
    for (const fact of ['The production gate failed', 'incident #12', '0.2.0', '0.1.0', 'sha256:11'])
      expect(pull?.body).toContain(fact);
    const { message } = await example.remote.readCommit(pull?.head.sha ?? '');
    expect(message).toMatch(/\n\nCause: incident #12\n?$/);
  });

  test('a candidate in the registry carries its cause', { timeout: 120_000 }, async () => {
    const trained = await train({
      ...AFTER_INCIDENT,
      dedupe_key: 'production:sha256:44',
      result: 'candidate',
    });
    expect(conclusions(trained), messages(trained)).toEqual({
      train: 'success',
      propose: 'skipped',
      candidate: 'success',
    });
    const state = await example.stage.ledger.state();
    expect(state?.versions['0.1.0']).toMatchObject({
      cause: 'incident #12',
      uri: expect.stringContaining('penguins-v0.1.0'),
    });
    expect(state?.environments).toEqual({}); // it serves nowhere
  });
});

/** Runs the script that proposes, as the job does, with these bytes as the new model. */
async function propose(bytes: Uint8Array, incident: string): Promise<string> {
  const workspace = mkdtempSync(join(example.folder, 'propose-'));
  mkdirSync(join(workspace, 'models'));
  writeFileSync(join(workspace, 'models', 'penguins.onnx'), bytes);
  const script = join(root, 'workflows-examples', 'penguins', 'scripts', 'propose-model.ts');
  const { github } = example.stage.local;
  const { stdout } = await run(process.execPath, [script, 'models/penguins.onnx'], {
    cwd: workspace,
    env: {
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: 'palmer/penguins',
      GITHUB_REPOSITORY_OWNER: 'palmer',
      GITHUB_REF_NAME: 'main',
      GITHUB_RUN_ID: '7',
      GH_TOKEN: github.issueToken('all'),
      CAUSE: `incident #${incident}`,
    },
  });
  return stdout;
}
