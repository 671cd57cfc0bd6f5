import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PromotionWorld } from '../../support/promotion-world.ts';
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
