import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { startTestGitHub } from '../support/github.ts';
import { ReferenceModel } from '../support/registry-model.ts';
import { histories, TOLD } from '../support/registry-model-commands.ts';
import { ModelWorld, START } from '../support/registry-model-world.ts';
import { TRAINING } from '../support/registry-steps.ts';

// Git objects in memory: what is tested here is not git, and its processes take most of the time.
vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

const SEED = Number(process.env['MLOPS_TEST_SEED'] ?? 20_261_127);
const RUNS = Number(
  process.env['MLOPS_TEST_RUNS'] ?? (process.env['MLOPS_TEST_EVERY_MOMENT'] === '1' ? 5_000 : 200),
);

let service: GitHubService;

beforeAll(async () => {
  service = await startTestGitHub();
  await service.remote.commitFiles('main', { ...TRAINING }, 'Add training');
});
afterAll(() => service.close());

const begin = async () => {
  const model = new ReferenceModel();
  model.now = START;
  return { model, real: await ModelWorld.on(service) };
};

for (const [title, history] of Object.entries(TOLD))
  test(title, async () => {
    await fc.asyncModelRun(begin, history());
  });

test('whatever happens to a model, the actions do what their documentation says', async () => {
  let steps = 0;
  const property = fc.asyncProperty(histories(16), async (history) => {
    await fc.asyncModelRun(begin, history);
    steps += [...history].length;
  });
  await fc.assert(property, {
    seed: SEED,
    numRuns: RUNS,
    endOnFailure: process.env['MLOPS_TEST_SHRINK'] === '0',
  });
  expect(steps).toBeGreaterThan(RUNS);
  process.stdout.write(`${RUNS} histories with ${steps} steps, seed ${SEED}\n`);
}, 3_600_000);
