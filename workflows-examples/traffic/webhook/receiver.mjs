// Receives the traffic driver `webhook` on a machine that can switch traffic, and runs a program for each change.
//
//   MLOPS_WEBHOOK_SECRET=… node receiver.mjs receiver.json
//
// It listens on loopback only: put a server with TLS in front of it. What it checks, in this order: the size, the
// signature over time and body, the age of at most five minutes, the key of the change (a repeat has no second
// effect), and the fence (a change of a run that has been overtaken is refused).
import { spawn } from 'node:child_process';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const WINDOW_S = 300;
const MAX_BYTES = 64 * 1024;
const KEYS_KEPT = 1_000;
const FENCED_EXIT = 4;
const TIMEOUT_MS = 30_000;

const { MLOPS_WEBHOOK_SECRET: secret = '', ...inherited } = process.env;
if (secret === '') throw new Error('MLOPS_WEBHOOK_SECRET is not set');
/** { "port": 9000, "state": "/var/lib/mlops/churn.json", "set": ["program", …], "read": ["program", …] } */
const config = JSON.parse(readFileSync(process.argv[2], 'utf8'));

const state = existsSync(config.state)
  ? JSON.parse(readFileSync(config.state, 'utf8'))
  : { fence: 0, keys: [] };

function keep() {
  writeFileSync(`${config.state}.new`, JSON.stringify(state));
  renameSync(`${config.state}.new`, config.state);
}

/** What a program is told: the names that the driver `command` uses, so that its programs serve here too. */
const environment = (change) => ({
  MLOPS_MODEL: change.model,
  MLOPS_ENVIRONMENT: change.environment,
  MLOPS_VERSION: change.version,
  MLOPS_DIGEST: change.digest,
  MLOPS_URI: change.uri,
  MLOPS_WEIGHT: String(change.weight),
  MLOPS_SHADOW: String(change.shadow),
  MLOPS_PREVIOUS_VERSION: change.previous?.version ?? '',
  MLOPS_PREVIOUS_DIGEST: change.previous?.digest ?? '',
  MLOPS_PREVIOUS_URI: change.previous?.uri ?? '',
  MLOPS_FENCE: String(change.fence),
  MLOPS_IDEMPOTENCY_KEY: change.idempotencyKey,
});

const run = ([program, ...args], env) =>
  new Promise((done) => {
    const child = spawn(program, args, { env: { ...inherited, ...env }, timeout: TIMEOUT_MS });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (piece) => {
      stdout += piece;
    });
    child.stderr.on('data', (piece) => {
      stderr += piece;
    });
    child.on('error', ({ message }) => done({ code: 1, stdout, stderr: message }));
    child.on('close', (code) => done({ code: code ?? 1, stdout, stderr }));
  });

function isGenuine({ headers }, body) {
  const timestamp = headers['x-mlops-timestamp'] ?? '';
  const wanted = Buffer.from(
    `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`,
  );
  const given = Buffer.from(headers['x-mlops-signature'] ?? '');
  const age = Math.abs(Date.now() / 1_000 - Number(timestamp || Number.NaN));
  return given.length === wanted.length && timingSafeEqual(given, wanted) && age <= WINDOW_S;
}

function isChange(change) {
  const texts = ['model', 'environment', 'version', 'digest', 'uri', 'idempotencyKey'];
  const isShare = (value) => Number.isFinite(value) && value >= 0 && value <= 100;
  return (
    texts.every((key) => typeof change?.[key] === 'string') &&
    isShare(change.weight) &&
    isShare(change.shadow) &&
    Number.isSafeInteger(change.fence)
  );
}

async function change(body) {
  const wanted = parse(body);
  if (!isChange(wanted)) return [422, 'not a change of traffic'];
  if (state.keys.includes(wanted.idempotencyKey)) return [200, 'done before'];
  if (wanted.fence < state.fence) return [409, `the fence ${state.fence} has been seen`];
  // The fence counts from now on, even if the program fails.
  state.fence = wanted.fence;
  keep();
  const { code, stderr } = await run(config.set, environment(wanted));
  if (code === FENCED_EXIT) return [409, stderr.trim()];
  if (code !== 0) return [500, stderr.trim().slice(-300)];
  state.keys = [...state.keys, wanted.idempotencyKey].slice(-KEYS_KEPT);
  keep();
  return [200, 'done'];
}

function parse(body) {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

async function share(url) {
  const version = new URL(url, 'http://receiver').searchParams.get('version') ?? '';
  const { code, stdout, stderr } = await run(config.read, { MLOPS_VERSION: version });
  return code === 0 ? [200, stdout] : [502, stderr.trim().slice(-300)];
}

async function bodyOf(request) {
  const pieces = [];
  let size = 0;
  for await (const piece of request) {
    size += piece.length;
    if (size > MAX_BYTES) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

// One change at a time: two at once could overtake each other after their fences were compared.
let last = Promise.resolve();
const inTurn = (work) => {
  last = last.then(work, work);
  return last;
};

async function answer(request) {
  const body = await bodyOf(request);
  if (body === undefined) return [413, 'too large'];
  if (!isGenuine(request, body)) return [401, 'not signed with this key within the last five minutes'];
  if (request.method === 'POST') return inTurn(() => change(body));
  return request.method === 'GET' ? share(request.url) : [405, 'expected POST or GET'];
}

const server = createServer(async (request, response) => {
  const [status, text] = await answer(request).catch(({ message }) => [500, message]);
  console.log(`${request.method} ${request.headers['x-mlops-delivery'] ?? ''} ${status}`);
  response.writeHead(status, { connection: 'close' }).end(text);
});
server.listen(config.port, '127.0.0.1', () => console.log(`listening on 127.0.0.1:${server.address().port}`));
