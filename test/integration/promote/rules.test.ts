import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { GitHub } from '../../../actions/runtime/github/github.ts';
import { type Change, PromotionWorld } from '../../support/promotion-world.ts';
import { type EndedStep, modelDigest } from '../../support/registry.ts';

vi.mock(
  '../../../actions/local/services/github/bare-repository.ts',
  () => import('../../support/memory-repository.ts'),
);

let world: PromotionWorld;

beforeEach(async () => {
  world = await PromotionWorld.start();
});

afterEach(async () => {
  await world.close();
});

const WHOLE = '  - weight: 100';
const WATCHED = '  - { weight: 10, bake: 1h, analysis: [health] }\n  - weight: 100';

const weights = () => world.router.changes.map(({ version, weight }) => `${version} ${weight}`);
const warnings = ({ runtime }: EndedStep) =>
  runtime.recorded.log.filter(({ level }) => level === 'warning').map(({ message }) => message);

describe('bytes that serve already', () => {
  test('are not put in quarantine by a canary of theirs that was measured by chance', async () => {
    await world.promote('model', world.rollout(WHOLE), { run: 1, inputs: { version: '1.0.0' } });
    const inputs = { version: '1.1.0' };
    await world.promote('model', world.rollout(WATCHED), { run: 2, hour: 1, inputs });
    world.errors = () => 0.2;
    const failed = await world.operate('resume', { run: 3, hour: 2.1 });
    expect(failed.output('status')).toBe('rolled-back');
    expect(warnings(failed).join()).toMatch(/1\.1\.0 holds the same bytes as 1\.0\.0, which goes on serving/);
    const { quarantine, versions } = await world.state();
    expect(quarantine).toEqual({});
    expect(versions['1.0.0']).toMatchObject({
      digest: modelDigest('model'),
      verified: { production: expect.any(String) },
    });
    expect(weights().at(-1)).toBe('1.0.0 100');
  });
});

describe('a number that is counted on', () => {
  const AUTO = { version: 'auto:minor', store: 'release' };
  const register = (model: string, run: number, change: Change = {}) =>
    world.operate('register', {
      run,
      model,
      inputs: { model: 'model.onnx', evidence: 'gate.json', ...AUTO },
      ...change,
    });
  const lost = (client: GitHub): GitHub => ({
    ...client,
    git: { ...client.git, commit: () => Promise.reject(new Error('the runner is gone')) },
  });

  test('is skipped where a lost run has kept other bytes under it, and was never registered', async () => {
    const first = await register('first', 1, { wrap: lost });
    expect(first.error).toMatchObject({ message: 'the runner is gone' });
    const second = await register('second', 2);
    expect(second.output('version')).toBe('0.2.0');
    expect(warnings(second).join()).toMatch(
      /0\.1\.0 is skipped, and 0\.2\.0 tried: the release churn-v0\.1\.0/,
    );
    const again = await register('first', 1, { attempt: 2 });
    expect(again.output('version')).toBe('0.3.0');
    const { versions } = await world.state();
    expect(Object.values(versions).map((version) => Reflect.get(Object(version), 'uri'))).toEqual([
      'release:churn-v0.2.0/model.onnx',
      'release:churn-v0.3.0/model.onnx',
    ]);
  });

  test('is given to one of two that count at the same time', async () => {
    const both = await Promise.all(['one', 'two'].map((model, index) => register(model, index + 1)));
    expect(both.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(both.map((step) => step.output('version')).sort()).toEqual(['0.1.0', '0.2.0']);
  });

  test('and no other, is refused where it was asked for exactly', async () => {
    await register('first', 1, { wrap: lost });
    const exact = { model: 'model.onnx', evidence: 'gate.json', store: 'release', version: '0.1.0' };
    const step = await register('second', 2, { inputs: exact });
    expect(step.error).toMatchObject({ code: 'digest-mismatch' });
  });
});
