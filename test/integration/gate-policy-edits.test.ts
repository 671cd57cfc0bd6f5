import { afterAll, beforeAll, expect, test } from 'vitest';
import { readInputs } from '../../actions/gate-metrics/inputs.ts';
import { loadPolicies } from '../../actions/gate-metrics/policy/load-policy.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { clientOf, startTestGitHub } from '../support/github.ts';
import { memoryRuntime } from '../support/memory-runtime.ts';

const BASE = `version: 1
composite: floor or auc
gates:
  - { id: floor, metric: f1, min: 0.8 }
  - { id: auc, metric: roc_auc, min: 0.8 }
`;

let service: GitHubService;
let baseSha: string;

beforeAll(async () => {
  service = await startTestGitHub();
  baseSha = await service.remote.commitFiles('main', { '.mlops/gates.yml': BASE }, 'Add a policy');
});

afterAll(() => service.close());

async function load(head: string, inputs: Readonly<Record<string, string>> = {}) {
  const pullRequest = { number: 1, headSha: '', baseSha, baseRef: 'main', fromFork: false, labels: [] };
  await using runtime = await memoryRuntime({
    inputs,
    files: { '.mlops/gates.yml': head },
    context: { pullRequest },
    github: clientOf(service),
  });
  return await loadPolicies(runtime, readInputs(runtime.input), []);
}

test('an edit of the policy is loaded beside the one that decides, and told in words', async () => {
  const head = BASE.replace('min: 0.8 }', 'min: 0.7, severity: warning }').replace(
    'version: 1',
    'version: 1\nevidence: { same-dataset: "off" }',
  );
  const { deciding, proposed, notes } = await load(head);
  expect([deciding.ref, deciding.commit, proposed?.ref]).toEqual(['base', baseSha, 'head']);
  expect(notes).toEqual([
    'This pull request edits .mlops/gates.yml: evidence.same-dataset: required → off; gate floor: severity: error → warning',
  ]);
});

test('an edit that changes no more than words and limits needs no further note', async () => {
  const { proposed, notes } = await load(BASE.replace('min: 0.8 }', 'min: 0.7 } # easier'));
  expect(proposed?.policy.gates[0]).toMatchObject({ rule: { min: { quantity: { value: 0.7 } } } });
  expect(notes).toEqual([]);
});

test('edits beyond a dozen are counted', async () => {
  const gates = Array.from({ length: 15 }, (_, index) => `  - { id: g${index}, metric: f1, min: 0.1 }\n`);
  const { notes } = await load(BASE.replace('floor or auc', 'all(error)') + gates.join(''));
  expect(notes[0]).toMatch(/; gate g10: added; and 4 more$/);
});

test('an edit that breaks the policy is an error with its place, before it is merged', async () => {
  await expect(load(BASE.replace('composite: floor', 'composite: flor'))).rejects.toThrow(
    '.mlops/gates.yml:2:12: composite: column 1 of "flor or auc": there is no gate "flor"',
  );
});

test('required inline gates must hold beside a composite that cannot know them', async () => {
  const gates = 'ece <= 0.1\nlog_loss <= 1 ! warning';
  const { deciding } = await load(BASE, { gates });
  expect(deciding.policy.composite?.text).toBe('(floor or auc) and "ece <= 0.1"');
  const all = BASE.replace('floor or auc', 'all(error)');
  expect((await load(all, { gates, 'policy-ref': 'head' })).deciding.policy.composite?.text).toBe(
    'all(error)',
  );
});
