import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { startTestGitHub } from '../support/github.ts';
import { runRegistryStep, type StepOptions } from '../support/registry.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

let service: GitHubService;
let server: Server;
let alerts: { readonly status: string; readonly title: string; readonly text: string }[];

beforeEach(async () => {
  alerts = [];
  service = await startTestGitHub();
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    alerts.push(JSON.parse(body));
    response.end('ok');
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
});

afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await service.close();
});

function step(
  action: 'rollback' | 'promote-model',
  inputs: Record<string, string>,
  more: Partial<StepOptions> = {},
) {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return runRegistryStep({
    service,
    action,
    inputs: {
      environment: 'production',
      'notify-url': `http://127.0.0.1:${port}/alert`,
      'notify-format': 'json',
      'notify-allow-private-network': 'true',
      ...inputs,
    },
    ...more,
  });
}

test('a rollback that cannot decide is told where people look at three in the morning', async () => {
  const ended = await step('rollback', { 'audit-mode': 'strict' });
  expect(ended.error).toMatchObject({ code: 'ledger-tampered' });
  expect(alerts).toMatchObject([
    {
      status: 'error',
      title: 'churn: the rollback of production ended with an error',
      text: expect.stringMatching(/^ledger-tampered: there is no ledger of churn/),
    },
  ]);
  expect(ended.runtime.recorded.summary()).toMatch(
    /## ❌ Error in the rollback of production[\s\S]*ledger-tampered/,
  );
});

test('so is a promotion, unless failures are no news for it', async () => {
  const wrong = { files: { 'rollout.yml': 'steps: [' }, model: 'bytes' };
  const ended = await step('promote-model', { rollout: 'rollout.yml' }, wrong);
  expect(ended.error).toMatchObject({ code: 'invalid-file' });
  expect(alerts).toMatchObject([
    { status: 'error', title: 'churn: operation promote for production ended with an error' },
  ]);
  await step('promote-model', { rollout: 'rollout.yml', 'notify-on': 'completed' }, wrong);
  await step('promote-model', { rollout: 'rollout.yml', 'dry-run': 'true' }, wrong);
  expect(alerts).toHaveLength(1);
});

test('a run that is cancelled tells nobody', async () => {
  await step('rollback', {}, { signal: AbortSignal.abort() });
  expect(alerts).toEqual([]);
});
