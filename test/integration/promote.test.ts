import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ActionError } from '../../actions/lib/errors.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { webhookSignature } from '../../actions/runtime/webhook-signature.ts';
import { dyingAt } from '../support/dying-client.ts';
import { startTestGitHub } from '../support/github.ts';
import { gateFor, ledgerEvents, ledgerFile, modelDigest, runRegistryStep } from '../support/registry.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

let service: GitHubService;
let folder: string;
const servers: Server[] = [];

beforeEach(async () => {
  service = await startTestGitHub();
  folder = await mkdtemp(join(tmpdir(), 'traffic-'));
});

afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

const listen = async (server: Server): Promise<string> => {
  servers.push(server);
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
};

/** Programs that keep the traffic in a file, and a log of every change. */
const SET = `import { appendFileSync, writeFileSync } from 'node:fs';
const { MLOPS_VERSION: v, MLOPS_WEIGHT: w, MLOPS_PREVIOUS_VERSION: p, MLOPS_FENCE: f } = process.env;
writeFileSync(process.argv[2], JSON.stringify({ weights: { [v]: Number(w), ...(p ? { [p]: 100 - Number(w) } : {}) } }));
appendFileSync(process.argv[2] + '.log', v + ' ' + w + ' ' + f + '\\n');`;
const READ = `import { readFileSync } from 'node:fs';
process.stdout.write(readFileSync(process.argv[2], 'utf8'));`;

const commandRollout = (steps: string, analysis = ''): Record<string, string> => ({
  'set.mjs': SET,
  'read.mjs': READ,
  'rollout.yml': `version: 1
traffic:
  driver: command
  command:
    set: [node, set.mjs, ${join(folder, 'traffic.json')}]
    read: [node, read.mjs, ${join(folder, 'traffic.json')}]
steps:
${steps}
${analysis}`,
});

const THREE = '  - weight: 10\n  - { weight: 50, bake: 10m }\n  - { weight: 100, bake: 20m }';
const traffic = async () => JSON.parse(await readFile(join(folder, 'traffic.json'), 'utf8')).weights;
const changes = async () => (await readFile(join(folder, 'traffic.json.log'), 'utf8')).trim().split('\n');

const promote = (model: string, inputs: Record<string, string> = {}, more: object = {}) =>
  runRegistryStep({
    service,
    model,
    files: commandRollout(THREE),
    inputs: { rollout: 'rollout.yml', environment: 'production', wait: 'inline', ...inputs },
    ...more,
  });

const soundLedger = async () => {
  const verified = await runRegistryStep({ service, inputs: { operation: 'verify-ledger' } });
  expect(verified.error).toBeUndefined();
  expect(await verified.document()).toMatchObject({ verdict: 'pass', reasons: [] });
  const events = await ledgerEvents(service);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  return events;
};

/** A rollout through a webhook in this process, which is quicker than programs, and the weights it was sent. */
async function webhookRollout(): Promise<{
  readonly files: Record<string, string>;
  readonly weights: number[];
}> {
  const weights: number[] = [];
  process.env['TEST_WEBHOOK_SECRET'] = 'hook secret';
  const url = await listen(
    createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      if (request.method === 'POST') weights.push(JSON.parse(body).weight);
      response.end(JSON.stringify({ version: '0.0.1', weight: weights.at(-1) ?? 0 }));
    }),
  );
  const hook = `{ url: "${url}/t", read-url: "${url}/t", secret-env: TEST_WEBHOOK_SECRET, allow-private-network: true }`;
  const files = {
    'rollout.yml': `version: 1\ntraffic: { driver: webhook, webhook: ${hook} }\nsteps:\n${THREE}\n`,
  };
  return { files, weights };
}

describe('promote', () => {
  test('registers, checks the evidence, switches in steps by a command and mirrors to deployments', async () => {
    const step = await promote('model one');
    expect(step.error).toBeUndefined();
    expect(step.outcome).toMatchObject({ verdict: 'pass' });
    expect(step.output('status')).toBe('completed');
    expect(step.output('version')).toBe('0.0.1');
    expect(step.output('digest')).toBe(modelDigest('model one'));
    expect(step.output('step')).toBe('3/3');
    expect(await traffic()).toEqual({ '0.0.1': 100 });
    expect(await changes()).toEqual(['0.0.1 10 1', '0.0.1 50 1', '0.0.1 100 1']);
    const pointer = JSON.parse((await ledgerFile(service, 'models/churn/env/production.json')) ?? '');
    expect(pointer).toMatchObject({ stable: { version: '0.0.1' }, canary: null, fence: 1 });
    expect(await ledgerFile(service, 'models/churn/README.md')).toContain('0\\.0.1 serves production');
    expect((await soundLedger()).map(({ type }) => type)).toEqual([
      'version.registered',
      'evidence.attached',
      'lease.acquired',
      'rollout.requested',
      'rollout.step.started',
      'deployment.created',
      'rollout.step.applied',
      'rollout.step.passed',
      'rollout.step.started',
      'rollout.step.applied',
      'rollout.step.passed',
      'rollout.step.started',
      'rollout.step.applied',
      'lease.renewed', // half of its time went by in the last bake
      'rollout.step.passed',
      'rollout.completed',
      'version.verified',
      'mirror.queued',
      'lease.released',
      'mirror.done',
    ]);
  });

  test('retires the deployment of the version before, and shares traffic with it on the way', async () => {
    const first = await promote('model one');
    const second = await promote('model two', { version: 'auto:minor' }, { run: 8 });
    expect(second.output('version')).toBe('0.1.0');
    expect(second.output('previous-version')).toBe('0.0.1');
    expect(await traffic()).toEqual({ '0.1.0': 100, '0.0.1': 0 });
    const { clientOf } = await import('../support/github.ts');
    const deployments = await clientOf(service).deployments.list('production');
    expect(deployments.map(({ id, state }) => [id, state])).toEqual([
      [Number(second.output('deployment-id')), 'success'],
      [Number(first.output('deployment-id')), 'inactive'],
    ]);
  });

  test('does nothing when a finished promotion is run again', async () => {
    await promote('model one');
    const events = (await ledgerEvents(service)).length;
    const again = await promote('model one', {}, { attempt: 2 });
    expect(again.outcome).toMatchObject({ verdict: 'pass' });
    expect(again.output('status')).toBe('noop');
    expect((await ledgerEvents(service)).length).toBe(events);
    expect((await changes()).length).toBe(3);
  });

  const analysed = (url: string) =>
    commandRollout(
      '  - { weight: 20, bake: 1m, analysis: [health] }\n  - weight: 100',
      `analysis:
  health:
    interval: 20s
    metrics:
      - { name: errors, type: http-json, url: "${url}/m?v=\${version}", pointer: /errors, fail-if: "> 0.05", allow-private-network: true }`,
    );

  test('goes back by itself when the analysis fails, and keeps the bytes from coming back', async () => {
    const url = await listen(
      createServer((request, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ errors: request.url?.includes('0.0.1') ? 0.01 : 0.2 }));
      }),
    );
    expect((await promote('good', {}, { files: analysed(url) })).output('status')).toBe('completed');
    const bad = await promote('bad', {}, { run: 8, files: analysed(url) });
    expect(bad.outcome).toMatchObject({ verdict: 'fail' });
    expect(bad.output('status')).toBe('rolled-back');
    expect(await traffic()).toEqual({ '0.0.1': 100, '0.0.2': 0 });
    expect(await bad.document()).toMatchObject({
      steps: [
        { verdict: 'fail', metrics: [{ name: 'errors', last: 0.2, failed: 1, failureLimit: 0 }] },
        { verdict: 'open', metrics: [] },
      ],
    });
    const again = await promote('bad', { version: '9.0.0' }, { run: 9, files: analysed(url) });
    expect(again.output('status')).toBe('refused');
    expect(again.outcome?.message).toMatch(/quarantine/);
    await soundLedger();
  });

  test('pauses when the analysis has no data, and goes on from there when it is run again', async () => {
    let errors: number | null = null;
    const url = await listen(
      createServer((_, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ errors }));
      }),
    );
    const paused = await promote('model', {}, { files: analysed(url) });
    expect(paused.outcome).toMatchObject({ verdict: 'inconclusive' });
    expect(paused.output('status')).toBe('paused');
    errors = 0;
    const resumed = await promote('model', {}, { attempt: 2, files: analysed(url) });
    expect(resumed.output('status')).toBe('completed');
    await soundLedger();
  });

  test('switches by a signed webhook that is repeated under one key after a lost answer', async () => {
    const seen: { key: string; fence: string; weight: number }[] = [];
    let weight = 0;
    process.env['TEST_WEBHOOK_SECRET'] = 'hook secret';
    const url = await listen(
      createServer(async (request, response) => {
        let body = '';
        for await (const chunk of request) body += chunk;
        const time = String(request.headers['x-mlops-timestamp']);
        const signed = request.headers['x-mlops-signature'] === webhookSignature('hook secret', time, body);
        if (!signed) return response.writeHead(401).end();
        if (request.method === 'GET') return response.end(JSON.stringify({ version: '0.0.1', weight }));
        weight = JSON.parse(body).weight;
        seen.push({
          key: String(request.headers['idempotency-key']),
          fence: String(request.headers['x-mlops-fence']),
          weight,
        });
        return seen.length === 1 ? request.socket.destroy() : response.writeHead(202).end();
      }),
    );
    const step = await runRegistryStep({
      service,
      model: 'model',
      inputs: { rollout: 'rollout.yml' },
      files: {
        'rollout.yml': `version: 1
traffic: { driver: webhook, webhook: { url: "${url}/t", read-url: "${url}/t?v=\${version}", secret-env: TEST_WEBHOOK_SECRET, allow-private-network: true } }
steps: [{ weight: 50 }, { weight: 100 }]`,
      },
    });
    expect(step.error).toBeUndefined();
    expect(step.output('status')).toBe('completed');
    expect(seen.map(({ weight, fence }) => [weight, fence])).toEqual([
      [50, '1'],
      [50, '1'],
      [100, '1'],
    ]);
    expect(seen[0]?.key).toBe(seen[1]?.key);
    expect(seen[2]?.key).not.toBe(seen[1]?.key);
  });

  test('stops with superseded when the receiver has seen a newer fence', async () => {
    process.env['TEST_WEBHOOK_SECRET'] = 'hook secret';
    const url = await listen(createServer((_, response) => response.writeHead(409).end()));
    const step = await runRegistryStep({
      service,
      model: 'model',
      inputs: { rollout: 'rollout.yml' },
      files: {
        'rollout.yml': `version: 1
traffic: { driver: webhook, webhook: { url: "${url}/t", read-url: "${url}/t", secret-env: TEST_WEBHOOK_SECRET, allow-private-network: true } }
steps: [{ weight: 100 }]`,
      },
    });
    expect(step.outcome).toMatchObject({ verdict: 'fail' });
    expect(step.output('status')).toBe('superseded');
  });

  test.each([
    ['no evidence', { evidence: '' }, {}, /no gate document was given; .* or say in require-evidence/],
    ['evidence that failed', {}, { 'gate.json': gateFor('m', { verdict: 'fail' }) }, /has the verdict fail/],
    [
      'evidence that is stale',
      {},
      { 'gate.json': gateFor('m', {}, '2026-01-01T00:00:00Z') },
      /14\.5 days old/,
    ],
    ['evidence about another model', {}, { 'gate.json': gateFor('other') }, /is about model/],
    [
      'a stage that was not passed',
      { 'require-stage': 'staging' },
      {},
      /has not passed a whole rollout in staging/,
    ],
  ])('refuses %s and changes nothing', async (_, inputs, files, reason) => {
    const step = await runRegistryStep({ service, model: 'm', inputs, files });
    expect(step.error).toBeUndefined();
    expect(step.output('status')).toBe('refused');
    expect(step.outcome?.verdict).toBe('fail');
    expect(step.outcome?.message).toMatch(reason);
    expect(await ledgerFile(service, 'models/churn/state.json')).toBeUndefined();
  });

  test("refuses on events that carry strangers' wishes", async () => {
    const step = await runRegistryStep({ service, model: 'm', context: { event: 'pull_request_target' } });
    expect(step.error).toMatchObject({ code: 'untrusted-event' });
  });

  test('leaves traffic as it is when it is cancelled, and goes on when it is run again', async () => {
    const cancel = new AbortController();
    const url = await listen(
      createServer((_, response) => {
        cancel.abort();
        response.setHeader('content-type', 'application/json');
        response.end('{"errors":0}');
      }),
    );
    const cancelled = await promote('model', {}, { files: analysed(url), signal: cancel.signal });
    expect(cancelled.error).toMatchObject({ code: 'cancelled' });
    expect(await traffic()).toEqual({ '0.0.1': 20 });
    const state = JSON.parse((await ledgerFile(service, 'models/churn/state.json')) ?? '');
    expect(state.environments.production.rollout).toMatchObject({
      phase: 'paused',
      reason: 'the run was cancelled',
    });
    const again = await promote('model', {}, { files: analysed(url), attempt: 2 });
    expect(again.output('status')).toBe('completed');
  });

  // Every effect is tried by crash-promote.test.ts, on git in memory; here the first, a middle and the last, on git itself.
  test.each(
    [1, 4, 7].flatMap((nth) => [
      { nth, when: 'before' as const },
      { nth, when: 'after' as const },
    ]),
  )('killed $when publishing commit $nth and run again, it ends in the same state', async ({ nth, when }) => {
    const { files, weights } = await webhookRollout();
    const killed = await promote('model', {}, { files, wrap: dyingAt(nth, when) });
    expect(killed.error).toBeInstanceOf(Error);
    const again = await promote('model', {}, { files, attempt: 2 });
    expect(again.error).toBeUndefined();
    expect(again.outcome?.verdict).toBe('pass');
    expect(['completed', 'noop']).toContain(again.output('status'));
    expect(weights.at(-1)).toBe(100);
    expect(weights).toEqual(weights.toSorted((a, b) => a - b));
    const events = await soundLedger();
    const once = ['version.registered', 'rollout.requested', 'rollout.completed', 'version.verified'];
    expect(once.map((type) => events.filter((event) => event.type === type).length)).toEqual([1, 1, 1, 1]);
    const state = JSON.parse((await ledgerFile(service, 'models/churn/state.json')) ?? '');
    expect(state.environments.production).toMatchObject({ current: '0.0.1', lease: null });
  });

  test('does not touch an environment that a living run holds, and takes over from one that has ended', async () => {
    const other = service.runs.register({
      path: '.github/workflows/x.yml',
      event: 'push',
      headSha: '',
      headBranch: 'main',
    });
    service.runs.update(other.id, { status: 'in_progress' });
    await promote('model', {}, { run: other.id, wrap: dyingAt(3, 'before') });
    const held = await promote('model', {}, { run: other.id + 100 });
    expect(held.output('status')).toBe('refused');
    expect(held.outcome?.message).toMatch(/is held by run/);
    service.runs.update(other.id, { status: 'completed', conclusion: 'failure' });
    const taken = await promote('model', {}, { run: other.id + 100 });
    expect(taken.output('status')).toBe('completed');
    await soundLedger();
  });

  test('eight promoters at once under lost answers: nothing is lost and nothing is there twice', async () => {
    for (let nth = 2; nth < 60; nth += 4) {
      service.fault({
        method: 'PATCH',
        path: /git\/refs/,
        nth,
        fault: { kind: 'reset', when: nth % 8 === 2 ? 'after' : 'before' },
      });
      service.fault({
        method: 'GET',
        path: /git\/ref/,
        nth: nth + 1,
        fault: { kind: 'status', when: 'before', status: 502 },
      });
    }
    const steps = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        runRegistryStep({
          service,
          model: `model ${index}`,
          run: 100 + index,
          inputs: { version: `1.0.${index}`, environment: `env-${index}`, deployments: 'off' },
        }),
      ),
    );
    expect(steps.map(({ error }) => error)).toEqual(steps.map(() => undefined));
    expect(steps.map((step) => step.output('status'))).toEqual(steps.map(() => 'completed'));
    service.faults.clear();
    const events = await soundLedger();
    const registered = events
      .filter(({ type }) => type === 'version.registered')
      .map(({ version }) => version);
    expect(registered.toSorted()).toEqual(Array.from({ length: 8 }, (_, index) => `1.0.${index}`));
    expect(events.filter(({ type }) => type === 'rollout.completed').length).toBe(8);
  }, 120_000);
});

describe('a model that runs code when it is loaded', () => {
  const pickle = "cos\nsystem\n(S'true'\ntR.";
  const unknown = '(imine\nNet\n.';
  test.each([
    [
      'a pickle that runs programs',
      pickle,
      /runs code.*model\.onnx, byte 0: .*"os\.system", which runs programs/s,
    ],
    ['a pickle of an unknown class', unknown, /cannot be told.*model\.onnx, byte 1: .*"mine\.Net"/s],
    ['a page instead of a model', '<!doctype html><p>sorry</p>', /cannot be told.*HTML page/s],
  ])('%s stops the promotion before anything is written', async (_, model, message) => {
    const step = await runRegistryStep({ service, model });
    expect(step.error).toBeInstanceOf(ActionError);
    expect(String(step.error)).toMatch(message);
    expect(await ledgerFile(service, 'models/churn/state.json')).toBeUndefined();
  });

  test('goes on when it is allowed', async () => {
    const step = await runRegistryStep({
      service,
      model: pickle,
      inputs: { operation: 'register', 'allow-unsafe-model': 'true' },
    });
    expect(step.error).toBeUndefined();
  });

  test('is not meant by a format that is not known: that is a warning', async () => {
    const step = await runRegistryStep({ service, model: 'weights', inputs: { operation: 'register' } });
    expect(step.error).toBeUndefined();
    expect(step.runtime.recorded.log.map(({ message }) => message).join('\n')).toMatch(
      /model\.onnx: its name ends in \.onnx, but its content is text/,
    );
  });
});

describe('the ledger', () => {
  test('that was wound back is noticed by the newest deployment', async () => {
    await promote('model one');
    const before = (await service.remote.resolve('refs/heads/mlops-registry')) ?? '';
    await promote('model two', {}, { run: 8 });
    const after = (await service.remote.resolve('refs/heads/mlops-registry')) ?? '';
    await service.remote.moveRef('refs/heads/mlops-registry', before, after);
    const step = await promote('model three', {}, { run: 9 });
    expect(step.error).toMatchObject({ code: 'ledger-tampered' });
    expect(String(step.error)).toMatch(/wound back/);
  });

  test('is not written to a branch that is something else', async () => {
    const step = await runRegistryStep({ service, model: 'm', inputs: { 'ledger-branch': 'main' } });
    expect(step.error).toMatchObject({ code: 'ledger-conflict' });
  });

  test('registers the same bytes once, and refuses other bytes under the same number', async () => {
    const register = (model: string, version: string, run: number) =>
      runRegistryStep({ service, model, run, inputs: { operation: 'register', version } });
    expect((await register('a', '1.0.0', 1)).output('status')).toBe('registered');
    expect((await register('a', '1.0.0', 2)).output('status')).toBe('registered');
    expect((await register('b', '1.0.0', 3)).output('status')).toBe('refused');
    expect((await (await register('a', '1.0.1', 4)).document())['linked']).toEqual(['1.0.0']);
    expect((await soundLedger()).filter(({ type }) => type === 'version.registered').length).toBe(2);
  });
});
