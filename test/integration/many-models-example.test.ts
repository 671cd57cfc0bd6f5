import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LedgerState } from '../../actions/lib/registry/state.ts';
import { type Example, messages, openExample } from '../support/example.ts';

let example: Example;

beforeAll(async () => {
  example = await openExample('many-models-example');
});

afterAll(() => example.close());

/** The state of a model in its own ledger; `undefined` when it has none. */
async function ledgerOf(model: string): Promise<LedgerState | undefined> {
  const { remote } = example;
  const sha = await remote.resolve(`refs/heads/mlops-registry-${model}:models/${model}/state.json`);
  return sha === undefined ? undefined : JSON.parse((await remote.read(sha, 'blob')).toString('utf8'));
}

test('each model has a ledger of its own, and one that fails holds back no other', {
  timeout: 120_000,
}, async () => {
  const run = await example.stage.run('many-models.yml', { event: 'push', branch: 'main' });
  const jobs = Object.fromEntries(run.jobs.map(({ name, conclusion }) => [name, conclusion]));
  expect(
    Object.entries(jobs).map(([name, conclusion]) => `${name}: ${conclusion}`),
    messages(run),
  ).toEqual([
    'promote (penguins-field, models/penguins.onnx) / Promote penguins-field: success',
    'promote (penguins-lab, models/candidate.onnx) / Promote penguins-lab: success',
    'promote (penguins-scale, models/worse.onnx) / Promote penguins-scale: failure',
  ]);
  for (const model of ['penguins-field', 'penguins-lab']) {
    const state = await ledgerOf(model);
    expect(state?.model).toBe(model);
    expect(Object.keys(state?.versions ?? {})).toEqual(['0.1.0']);
    expect(state?.environments['staging']).toMatchObject({ current: '0.1.0' });
  }
  expect(await ledgerOf('penguins-scale')).toBeUndefined();
});
