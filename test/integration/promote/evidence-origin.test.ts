import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { contextOf } from '../../support/github.ts';
import { PromotionWorld } from '../../support/promotion-world.ts';
import { gateFor } from '../../support/registry.ts';

vi.mock(
  '../../../actions/local/services/github/bare-repository.ts',
  () => import('../../support/memory-repository.ts'),
);

let world: PromotionWorld;

beforeEach(async () => {
  world = await PromotionWorld.start();
});
afterEach(() => world.close());

const COMMIT = 'c'.repeat(40);
const WORKFLOW = '.github/workflows/evidence.yml';

/** A promotion on a gate document that says where it is from, and the run that it names. */
function promoteOn(
  run: { readonly headBranch: string; readonly headRepository?: string },
  says: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>>,
) {
  const { id } = world.service.runs.register({ path: WORKFLOW, event: 'push', headSha: COMMIT, ...run });
  const workflow = `${WORKFLOW}@${says['ref'] ?? ''}`;
  const source = { ...contextOf('').source, commit: COMMIT, workflow, ...says, run: id, action: 'g@1' };
  const files = { 'gate.json': gateFor('one', { source }) };
  return world.promote('one', world.rollout('  - { weight: 100 }'), { run: id + 100, files, inputs });
}

const ON_MAIN = { 'evidence-workflows': '.github/workflows/evid*.yml', 'evidence-refs': 'refs/heads/main' };

test('evidence of an allowed workflow and ref is accepted when the run is what the document says', async () => {
  const step = await promoteOn({ headBranch: 'main' }, { ref: 'refs/heads/main' }, ON_MAIN);
  expect(step.output('status')).toBe('completed');
});

test.each([
  [
    'of another branch',
    { headBranch: 'feature' },
    { ref: 'refs/heads/main' },
    /the ref refs\/heads\/feature/,
  ],
  [
    'of a fork',
    { headBranch: 'main', headRepository: 'mallory/models' },
    { ref: 'refs/heads/main' },
    /was of mallory\/models/,
  ],
  [
    'of another commit',
    { headBranch: 'main' },
    { ref: 'refs/heads/main', commit: 'd'.repeat(40) },
    /says it is of commit d+/,
  ],
  ['of a tag that only looks like it', { headBranch: 'main' }, { ref: 'refs/tags/main' }, /refs\/tags\/main/],
])('evidence %s is refused, and nothing is switched', async (_, run, says, reason) => {
  const step = await promoteOn(run, says, ON_MAIN);
  expect(step.output('status')).toBe('refused');
  expect(step.outcome?.message).toMatch(reason);
  expect(world.router.changes).toEqual([]);
});

test.each([
  ['outside of any run', 0, /gate\.json.*was made outside of any run/],
  [
    'in a run that does not exist',
    4_711,
    /gate\.json.*says it is of run 4711, which this repository does not have/,
  ],
])('evidence that was made %s is refused', async (_, run, reason) => {
  const source = { ...contextOf('').source, run, action: 'g@1' };
  const files = { 'gate.json': gateFor('one', { source }) };
  const inputs = { 'evidence-outside-runs': '' };
  const step = await world.promote('one', world.rollout('  - { weight: 100 }'), { run: 1, files, inputs });
  expect(step.output('status')).toBe('refused');
  expect(step.outcome?.message).toMatch(reason);
});

test('evidence of a tag is known as that', async () => {
  const step = await promoteOn(
    { headBranch: 'v2' },
    { ref: 'refs/tags/v2' },
    { 'evidence-refs': 'refs/tags/v*' },
  );
  expect(step.output('status')).toBe('completed');
});
