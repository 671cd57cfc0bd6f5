import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256 } from '../../actions/lib/digest.ts';
import { manifestDigest } from '../../actions/lib/manifest.ts';
import { root } from '../../actions/tools/repository.ts';

const project = join(root, 'workflows-examples', 'penguins');
const secret = 'a secret of this test';
const bird = { beak_length_mm: '39.1', beak_depth_mm: '18.7', flipper_length_mm: '181', body_mass_g: '3750' };

/** The parts of the server's answers that the tests look at. */
interface Said {
  readonly digest: string;
  readonly version: string;
  readonly stable: { readonly version: string };
}

let state: string;
let server: ChildProcess;
let address: string;

/** Starts the server on a free port and waits until it says which. */
async function start(): Promise<void> {
  server = spawn(process.execPath, [join(project, 'serve', 'server.ts'), '--state', state], {
    env: { ...process.env, SERVING_SECRET: secret },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (!server.stdout) throw new Error('the server has no output');
  for await (const line of createInterface(server.stdout)) {
    address = /listening on (\S+)/.exec(line)?.[1] ?? '';
    if (address !== '') return;
  }
}

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'model-server-'));
  await start();
});

afterEach(() => {
  server.kill();
  rmSync(state, { recursive: true });
});

async function send(
  method: string,
  path: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
) {
  const reply = await fetch(`${address}${path}`, {
    method,
    body: new Uint8Array(Buffer.from(body)),
    headers,
  });
  const said: Said = JSON.parse(await reply.text());
  return { status: reply.status, body: said };
}

function signed(body: string | Buffer, timestamp = Math.floor(Date.now() / 1000)): Record<string, string> {
  const signature = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
  return { 'x-mlops-timestamp': String(timestamp), 'x-mlops-signature': `sha256=${signature}` };
}

async function upload(file: string): Promise<string> {
  const bytes = readFileSync(join(project, 'models', file));
  const { body } = await send('PUT', `/models/${file}`, bytes, signed(bytes));
  return body.digest;
}

async function order(version: string, digest: string, weight: number, fence: number, key: string) {
  const body = JSON.stringify({ version, digest, weight, fence });
  return send('POST', '/traffic', body, { ...signed(body), 'idempotency-key': key });
}

const predict = (id: string) => send('POST', '/predict', JSON.stringify({ id, row: bird }));
const get = async (path: string) => (await fetch(`${address}${path}`)).json();

test('a model is known by the digest that promote-model gives it', async () => {
  const bytes = readFileSync(join(project, 'models', 'penguins.onnx'));
  const file = { path: 'penguins.onnx', size: bytes.length, sha256: sha256(bytes) };
  expect(await upload('penguins.onnx')).toBe(manifestDigest([file]));
});

test('two versions answer in the shares that were ordered, and the truth is counted for each', async () => {
  const stable = await upload('penguins.onnx');
  const canary = await upload('candidate.onnx');
  expect(await predict('before any order')).toMatchObject({ status: 503 });
  await order('1.0.0', stable, 100, 1, 'a');
  expect((await order('1.1.0', canary, 30, 2, 'b')).body).toMatchObject({ weight: 30, fence: 2 });
  const ids = Array.from({ length: 400 }, (_, index) => `bird ${index}`);
  const answers = await Promise.all(ids.map(async (id) => (await predict(id)).body));
  const share = answers.filter(({ version }) => version === '1.1.0').length / ids.length;
  expect(share).toBeGreaterThan(0.22);
  expect(share).toBeLessThan(0.38);
  for (const id of ids) await send('POST', '/feedback', JSON.stringify({ id, label: 'Adelie' }));
  expect(await get('/metrics.json?version=1.1.0')).toMatchObject({
    requests: share * ids.length,
    labelled: share * ids.length,
    errors: 0,
    accuracy: 1,
  });
  const table = await (await fetch(`${address}/window.csv?version=1.1.0&rows=5`)).text();
  expect(table.split('\n')[0]).toBe(`${Object.keys(bird).join(',')},species,prediction`);
  expect(table.trim().split('\n')).toHaveLength(6);
});

test('a version without requests has no error rate and no accuracy, not the best ones', async () => {
  expect(await get('/metrics.json?version=9.9.9')).toMatchObject({
    requests: 0,
    errorRate: null,
    accuracy: null,
  });
});

test('a request that cannot be answered counts as an error of its version', async () => {
  await order('1.0.0', await upload('penguins.onnx'), 100, 1, 'a');
  const reply = await send('POST', '/predict', JSON.stringify({ id: 'x', row: { beak_length_mm: 'long' } }));
  expect(reply.status).toBe(500);
  expect(await get('/metrics.json?version=1.0.0')).toMatchObject({ requests: 1, errors: 1, errorRate: 1 });
});

test('orders without a fresh signature, with a lower fence, or for an unknown model change nothing', async () => {
  const digest = await upload('penguins.onnx');
  await order('1.0.0', digest, 100, 7, 'a');
  const body = JSON.stringify({ version: '6.6.6', digest, weight: 100, fence: 8 });
  expect((await send('POST', '/traffic', body, { 'idempotency-key': 'b' })).status).toBe(401);
  const hourAgo = Math.floor(Date.now() / 1000) - 3600;
  expect(
    (await send('POST', '/traffic', body, { 'idempotency-key': 'b', ...signed(body, hourAgo) })).status,
  ).toBe(401);
  expect((await order('0.9.0', digest, 100, 6, 'c')).status).toBe(409);
  expect((await order('0.9.0', `sha256:${'0'.repeat(64)}`, 100, 8, 'd')).status).toBe(422);
  expect(await get('/traffic?version=1.0.0')).toMatchObject({
    weight: 100,
    fence: 7,
    stable: { version: '1.0.0' },
  });
});

test('an order that is sent again is carried out once, and a restart serves what was served before', async () => {
  const digest = await upload('penguins.onnx');
  await order('1.0.0', digest, 100, 1, 'same');
  await order('1.1.0', await upload('candidate.onnx'), 100, 2, 'newer');
  expect((await order('1.0.0', digest, 100, 1, 'same')).body.stable.version).toBe('1.1.0');
  server.kill();
  await start();
  expect((await predict('after the restart')).body).toMatchObject({ version: '1.1.0', label: 'Adelie' });
});

test('the commands that staging gives its orders with say what the server says', async () => {
  const digest = await upload('penguins.onnx');
  const command = (script: string, env: Record<string, string>) =>
    execFileSync(process.execPath, [join(project, 'serve', script)], {
      env: { ...process.env, SERVING_URL: address, SERVING_SECRET: secret, MLOPS_VERSION: '1.0.0', ...env },
      encoding: 'utf8',
    });
  command('set-traffic.ts', {
    MLOPS_DIGEST: digest,
    MLOPS_WEIGHT: '40',
    MLOPS_FENCE: '3',
    MLOPS_IDEMPOTENCY_KEY: 'k',
  });
  expect(command('read-traffic.ts', {})).toBe('40\n');
  expect(command('read-traffic.ts', { MLOPS_VERSION: '2.0.0' })).toBe('0\n');
});
