import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256 } from '../../actions/lib/digest.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { startTestGitHub } from '../support/github.ts';
import { ENV, Router, runRollback, SeededLedger } from '../support/rollback-world.ts';

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

test('mirrors that a promotion told are told of the rollback, those without settings wait', async () => {
  await ledger.history(router.rollout, '1.0.0', '1.1.0');
  const payload = { model: 'churn', fence: '4', digest: sha256('1.1.0'), uri: '', commit: '', head: '' };
  await ledger.add({
    type: 'mirror.queued',
    env: ENV,
    version: '1.1.0',
    data: {
      entries: [
        {
          key: 'mlflow:alias:champion:1.1.0',
          kind: 'mlflow',
          env: ENV,
          version: '1.1.0',
          payload: { ...payload, alias: 'champion' },
        },
        {
          key: 'gto-tag:churn#production:1.1.0',
          kind: 'gto-tag',
          env: ENV,
          version: '1.1.0',
          payload: { ...payload, stage: ENV },
        },
      ],
    },
  });
  const step = await runRollback({ service });
  expect(step.outcome).toMatchObject({ verdict: 'pass' });
  const { state, events } = await ledger.read();
  expect(Object.values(state.outbox).map(({ entry }) => [entry.kind, entry.version])).toEqual([
    ['mlflow', '1.0.0'],
  ]);
  const done = events.flatMap((event) => (event.type === 'mirror.done' ? [event.data.key] : []));
  expect(done.map((key) => key.split(':')[0])).toEqual(['deployment', 'gto-tag', 'mlflow', 'gto-tag']);
});
