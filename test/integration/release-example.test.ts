import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lastOutputOf } from '../../actions/local/demo/run-facts.ts';
import { allSteps, type RunRecord } from '../../actions/local/workflow/run-record.ts';
import { conclusions, type Example, messages, openExample } from '../support/example.ts';

let example: Example;

beforeAll(async () => {
  // No job waits for anything: every bake ends in a later run, as one of hours does.
  example = await openExample('release-example', { vars: { MAX_WAIT_MINUTES: '0' } });
  const files = { 'models/penguins.onnx': example.stage.file('models/candidate.onnx') };
  await example.stage.commit('main', files, 'Retrain penguins.onnx\n\nCause: incident #12\n');
  example.stage.traffic.start();
  example.stage.traffic.setPace('busy');
});

afterAll(() => example.close());

const statusOf = (run: RunRecord) => lastOutputOf(run, 'promote-model', 'status');

const production = async () => {
  const state = await example.stage.ledger.state();
  return state?.environments['production'];
};

const tick = (): Promise<RunRecord> => example.tick('model-watch.yml');

/** Ticks until the rollout stands where it should. */
async function tickUntil(step: number, serving: string | null): Promise<RunRecord> {
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const run = await tick();
    const now = await production();
    if (now?.rollout?.step === step && now.current === serving && now.lease === null) return run;
    await sleep(600);
  }
  throw new Error(`never at step ${step}: ${JSON.stringify(await production())}`);
}

test('a release takes days of short jobs, a yes, and leaves proof of each step', {
  timeout: 300_000,
}, async () => {
  const release = await example.stage.run('release.yml', { event: 'push', branch: 'main' });
  expect(conclusions(release), messages(release)).toEqual({
    evidence: 'success',
    register: 'success',
    staging: 'success',
    production: 'success',
  });
  expect(statusOf(release)).toBe('waiting');
  const registered = (await example.stage.ledger.state())?.versions['0.1.0'];
  expect(registered).toMatchObject({
    cause: 'incident #12',
    uri: expect.stringContaining('penguins-v0.1.0'),
    verified: { staging: expect.any(String) },
  });
  expect(
    (await example.ask('/releases/tags/penguins-v0.1.0')).assets.map(({ name }: { name: string }) => name),
  ).toContain('penguins.onnx');
  expect(await production()).toMatchObject({
    current: null,
    rollout: { phase: 'running', step: 1, weight: 20 },
  });

  // Nobody is asked before the fifth of the visitors was watched.
  const early = await example.dispatch('approve.yml', { version: '0.1.0' });
  expect(early.conclusion).toBe('failure');
  expect(messages(early)).toContain('waits for no approval');

  const asked = await tickUntil(2, null);
  expect(conclusions(asked)).toEqual({
    tick: 'success',
    watch: 'skipped',
    rollback: 'skipped',
    retrain: 'skipped',
  });
  expect(await production()).toMatchObject({ rollout: { phase: 'running', step: 2, weight: 20 } });

  // Until somebody says yes, a tick changes nothing.
  const before = await example.remote.commitOf('mlops-registry');
  await tick();
  expect(await example.remote.commitOf('mlops-registry')).toBe(before);

  const approved = await example.dispatch('approve.yml', { version: '0.1.0', reason: 'Looks well' });
  expect(conclusions(approved), messages(approved)).toEqual({ approve: 'success' });
  expect(statusOf(approved)).toBe('waiting');
  expect(await production()).toMatchObject({ rollout: { step: 3, weight: 50, approved: [2] } });

  await tickUntil(4, '0.1.0');
  expect(await production()).toMatchObject({ rollout: { phase: 'completed' }, warm: null });
  expect(await example.stage.servingVersion()).toBe('0.1.0');
  const states = example.stage.state
    .deployments()
    .map(({ environment, states: all }) => [environment, all.at(-1)]);
  expect(states).toEqual([
    ['staging', 'success'],
    ['production', 'success'],
  ]);
  const attest = release.jobs.flatMap(({ steps }) => allSteps(steps)).find(({ name }) => name === 'Attest');
  expect(attest?.outputs['bundle-path']).toMatch(/statement\.json$/);
});
