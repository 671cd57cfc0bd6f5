import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Expectation } from '../../actions/local/demo/demo-record.ts';
import { Expectations } from '../../actions/local/demo/expectations.ts';
import { outputOf } from '../../actions/local/demo/run-facts.ts';
import { firstRelease } from '../../actions/local/demo/scenes/first-release.ts';
import { release } from '../../actions/local/demo/scenes/release.ts';
import { openStage, type Stage } from '../../actions/local/demo/stage.ts';
import { allSteps } from '../../actions/local/workflow/run-record.ts';
import { root } from '../../actions/tools/repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'mlops-by-hand-'));
const fromSource = !existsSync(join(root, 'dist', 'rollback', 'index.js'));
let stage: Stage;
const missed: Expectation[] = [];

/** Two versions have served production: what the workflows for people start from. */
beforeAll(async () => {
  stage = await openStage({ folder, fromSource, onEvent: () => undefined });
  const expectations = new Expectations((expectation) => {
    if (!expectation.met) missed.push(expectation);
  });
  for (const scene of [firstRelease, release]) await scene.play(stage, expectations);
}, 180_000);

afterAll(async () => {
  await stage.close();
  rmSync(folder, { recursive: true, force: true });
});

const dispatch = (workflow: string, inputs: Readonly<Record<string, string>>) =>
  stage.run(workflow, { event: 'workflow_dispatch', workflow, inputs });

test('two versions were released', () => {
  expect(missed).toEqual([]);
});

test('rollback.yml puts the version before back, and without quarantine the other may return', async () => {
  const reason = 'Wrong species on Dream island';
  const run = await dispatch('rollback.yml', { reason, to: 'previous', quarantine: 'false' });
  expect(run.conclusion).toBe('success');
  expect(outputOf(run, 'rollback', 'from-version')).toBe('0.2.0');
  expect(outputOf(run, 'rollback', 'to-version')).toBe('0.1.0');
  expect(await stage.servingVersion()).toBe('0.1.0');
  const state = await stage.ledger.state();
  expect(state?.environments['production']).toMatchObject({ current: '0.1.0', rollback: { reason } });
  expect(state?.quarantine).toEqual({});
  expect(stage.dispatches()).toEqual([]);
});

test('rollback.yml refuses an environment that is not offered', async () => {
  await expect(dispatch('rollback.yml', { reason: 'x', environment: 'moon' })).rejects.toThrow(/environment/);
});

test('train.yml trains, or says that it cannot', async () => {
  const run = await dispatch('train.yml', { reason: 'The calipers have changed' });
  expect(run.conclusion).toBe('success');
  const steps = run.jobs.flatMap((job) => allSteps(job.steps));
  expect(steps.find(({ name }) => name === 'Install the packages')?.conclusion).toBe('skipped');
  const train = steps.find(({ id }) => id === 'train');
  if (train?.outputs['trained'] === 'true')
    expect(run.artifacts.map(({ name }) => name)).toContain('trained-model');
  else
    expect(train?.annotations).toEqual([
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('nothing was trained') }),
    ]);
});
