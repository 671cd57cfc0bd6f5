import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { clientOf, startTestGitHub } from '../support/github.ts';
import { gateFor, runRegistryStep } from '../support/registry.ts';
import { Router, runRollback, SeededLedger } from '../support/rollback-world.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

let service: GitHubService;
let router: Router;
let ledger: SeededLedger;

beforeEach(async () => {
  service = await startTestGitHub();
  router = await Router.start();
  ledger = new SeededLedger(service);
});

afterEach(async () => {
  router.close();
  await service.close();
});

/** What was sent to a path, in order, with the answers. */
const sentTo = (path: RegExp) =>
  service.calls
    .filter(({ method, path: one }) => method !== 'GET' && path.test(one))
    .map(({ body, status }) => ({ status, body: JSON.parse(JSON.stringify(body ?? {})) }));

const LONG = '😀 the error rate is above its limit; '.repeat(4_000);

test.each(['workflow_dispatch', 'repository_dispatch'] as const)(
  'a rollback whose reason and evidence are longer than anything GitHub takes does all it should, with %s',
  async (retrain) => {
    await service.remote.commitFiles(
      'main',
      { '.github/workflows/train.yml': 'name: Train\non: { workflow_dispatch: {} }\njobs: {}\n' },
      'Add training',
    );
    await ledger.history(router.rollout, '1.0.0', { version: '1.1.0', cause: LONG.slice(0, 60_000) });
    const files = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [
        `evidence/${'long-name-'.repeat(15)}${index}.json`,
        gateFor(`m${index}`, { notes: Array.from({ length: 500 }, () => `note ${index} `.repeat(20)) }),
      ]),
    );
    const inputs = { reason: LONG, evidence: 'evidence/*.json', retrain, 'retrain-workflow': 'train.yml' };
    for (const run of [50, 51]) {
      const step = await runRollback({ service, inputs, files, run });
      expect(step.error).toBeUndefined();
      const limits = step.runtime.recorded.log.filter(({ message }) =>
        /too l(ong|arge)|422|could not/.test(message),
      );
      expect(limits).toEqual([]);
      expect(Buffer.byteLength(step.runtime.recorded.summary())).toBeLessThan(1024 * 1024);
      await step.runtime.dispose();
    }
    const [issue] = sentTo(/^\/issues$/);
    expect(issue).toMatchObject({ status: 201 });
    expect(issue?.body.body.length).toBeLessThan(65_536);
    expect(issue?.body.body).toMatch(
      /The whole report is in `rollback\.json`, in the artifact of the run\.\n$/,
    );
    expect(issue?.body.title.length).toBeLessThanOrEqual(256);
    const [asked] = service.dispatches;
    const told = (asked?.kind === 'workflow' ? asked.inputs : asked?.payload) ?? {};
    expect(Object.keys(told).length).toBeLessThanOrEqual(10);
    expect(Buffer.byteLength(JSON.stringify(told))).toBeLessThan(65_535);
    for (const { status, body } of sentTo(/^\/deployments/)) {
      expect(status).toBe(201);
      expect(body.description.length).toBeLessThanOrEqual(140);
    }
    const verified = await runRegistryStep({ service, run: 60, inputs: { operation: 'verify-ledger' } });
    expect(verified.outcome).toMatchObject({ verdict: 'pass' });
    await verified.runtime.dispose();
  },
);

test('the notes of a release are cut at the edge of a section, and say where the rest is', async () => {
  const body = Array.from(
    { length: 3_000 },
    (_, index) => `## Part ${index}\n\n${'a word or two '.repeat(8)}`,
  ).join('\n\n');
  const { releases } = clientOf(service);
  const made = await releases.draft({ tag: 'churn-v1.0.0', commit: '', title: 'churn 1.0.0', body });
  expect(made.kind).toBe('done');
  const [sent] = sentTo(/^\/releases$/);
  expect(sent?.body.body.length).toBeLessThan(125_000);
  expect(sent?.body.body.length).toBeGreaterThan(100_000);
  expect(sent?.body.body).toMatch(
    /a word or two\s+> \*\*Shortened:\*\* \d+ lines were left out here\. .*release-notes\.md.*\n$/,
  );
});

test('GitHub itself refuses notes that are longer', async () => {
  const response = await fetch(`${service.url}/repos/octo/models/releases`, {
    method: 'POST',
    headers: { authorization: `token ${service.issueToken('all')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ tag_name: 'x', draft: true, body: 'x'.repeat(125_001) }),
  });
  expect(response.status).toBe(422);
});
