import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { main as gateMain } from '../../../actions/gate-metrics/main.ts';
import { contextOf } from '../../support/github.ts';
import { memoryRuntime } from '../../support/memory-runtime.ts';
import { metricsOf, simulatedRows } from '../../support/metrics-evidence.ts';
import { PromotionWorld } from '../../support/promotion-world.ts';
import { modelDigest } from '../../support/registry.ts';

vi.mock(
  '../../../actions/local/services/github/bare-repository.ts',
  () => import('../../support/memory-repository.ts'),
);

let world: PromotionWorld;

beforeEach(async () => {
  world = await PromotionWorld.start();
});
afterEach(() => world.close());

/** The metrics of a model that errs so often, on the same 800 rows; made outside of any run. */
function measured(model: string, wrong: number, seed: number): string {
  const rows = simulatedRows({ n: 800, wrong, model: seed });
  const digest = modelDigest(model);
  return JSON.stringify(
    metricsOf(rows, {
      source: { ...contextOf('').source, run: 0, action: 'evaluate-model@0.1.0' },
      subjects: [{ role: 'model', name: 'model.onnx', digest }],
      model: { name: 'churn', digest, sizeBytes: 10 },
      files: {},
    }),
  );
}

/** What gate-metrics decides about one against the other. */
async function gateOf(candidate: string, baseline: string): Promise<string> {
  const context = contextOf('');
  await using runtime = await memoryRuntime({
    action: 'gate-metrics',
    context: { ...context, source: { ...context.source, run: 0 } },
    inputs: { metrics: 'candidate.json', baseline: 'baseline.json', 'check-name': '', policy: 'gates.yml' },
    files: {
      'candidate.json': candidate,
      'baseline.json': baseline,
      'gates.yml': `version: 1
gates:
  - { id: not-worse, metric: accuracy, non-inferior: { margin: 0.5 } }
  - { id: ranking, metric: roc_auc, non-inferior: { margin: 0.5 } }
`,
    },
  });
  expect((await gateMain(runtime)).verdict).toBe('pass');
  // Awaited here: the folder is gone when this returns.
  return await runtime.files.readText('mlops/gate-metrics/gate.json');
}

const EVIDENCE = { evidence: 'metrics.json\ngate.json' };

const promote = (model: string, run: number, metrics: string, gate: string) =>
  world.promote(model, world.rollout('  - { weight: 100 }'), {
    run,
    inputs: EVIDENCE,
    files: { 'metrics.json': metrics, 'gate.json': gate },
  });

/** What the last column says, by metric. */
async function judgements(step: Awaited<ReturnType<typeof promote>>, file: string) {
  const text = await step.runtime.files.readText(`mlops/promote-model/${file}`);
  const rows = [...text.matchAll(/^\| `(\w+)` \|.*\| ([^|]*) \|$/gm)];
  return Object.fromEntries(rows.map(([, name, said]) => [name, said]));
}

test('release notes and model card say what is better, by the comparison that the gate has made', async () => {
  const [before, after] = [measured('one', 0.15, 11), measured('two', 0.05, 13)];
  await promote('one', 7, before, await gateOf(before, before));
  const step = await promote('two', 8, after, await gateOf(after, before));
  expect(step.output('status')).toBe('completed');
  const said = await judgements(step, 'release-notes.md');
  const compared = /^\*\*better\*\*: the difference is within \[0\.0\d+, 0\.[01]\d+\]$/;
  expect(said).toMatchObject({
    accuracy: expect.stringMatching(compared),
    // Of this one the gate tells no more than the evaluation: both intervals lie apart.
    f1: '**better**',
    // Lower is better.
    log_loss: '**better**',
  });
  expect(await judgements(step, 'model-card.md')).toEqual(said);
});

test('two that hardly differ are not told apart', async () => {
  const [before, after] = [measured('one', 0.1, 11), measured('two', 0.1, 13)];
  await promote('one', 7, before, await gateOf(before, before));
  const step = await promote('two', 8, after, await gateOf(after, before));
  const said = await judgements(step, 'release-notes.md');
  expect(said['accuracy']).toMatch(/^no certain difference: the difference is within \[-0\.0\d+, 0\.0\d+\]$/);
  expect(said['f1']).toBe('cannot be told: the intervals overlap');
});

test('a comparison with another model than the one that serves does not count', async () => {
  const [before, other, after] = [
    measured('one', 0.12, 11),
    measured('other', 0.3, 17),
    measured('two', 0.1, 13),
  ];
  await promote('one', 7, before, await gateOf(before, before));
  const step = await promote('two', 8, after, await gateOf(after, other));
  const said = await judgements(step, 'release-notes.md');
  expect(said['accuracy']).toBe('cannot be told: the intervals overlap');
});
