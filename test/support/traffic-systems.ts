import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TrafficSpec } from '../../actions/lib/rollout/traffic.ts';

/** Where the recipes lie. */
export const RECIPES = resolve(import.meta.dirname, '../../workflows-examples/traffic');

/** A traffic system for tests; `await using` ends it. */
export interface TrafficSystem {
  readonly spec: TrafficSpec;
  /** Where callers send their requests. */
  readonly origin: string;
  readonly folder: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A model server of a version. */
export interface VersionServer {
  readonly version: string;
  readonly origin: string;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** Waits until something is there. */
export async function eventually(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await look()) return;
    await delay(25);
  }
  throw new Error(`${what} did not happen within 5 s`);
}

const answers = (url: string) => async (): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

/** Ends a program that a test has started, and nothing else. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await closed;
  clearTimeout(timer);
}

/** A driver `command` that runs a recipe's script. */
const commandSpec = (script: string, set: readonly string[], read: readonly string[]): TrafficSpec => ({
  driver: 'command',
  set: [process.execPath, join(RECIPES, script), 'set', ...set],
  read: [process.execPath, join(RECIPES, script), 'read', ...read],
  timeoutMs: 20_000,
});

/** A HAProxy. `metrics`: host and port that Prometheus scrapes. */
export interface Haproxy extends TrafficSystem {
  readonly metrics: string;
}

/** HAProxy with the recipe's configuration, in front of servers of versions, the first of which has all traffic. */
export async function startHaproxy(program: string, servers: readonly VersionServer[]): Promise<Haproxy> {
  const folder = await mkdtemp(join(tmpdir(), 'haproxy-'));
  const port = await freePort();
  const metrics = `127.0.0.1:${await freePort()}`;
  const socket = join(folder, 'admin.sock');
  const lines = servers.map(
    ({ version, origin }, index) =>
      `  server ${version} ${new URL(origin).host} weight ${index === 0 ? 100 : 0}`,
  );
  await writeFile(
    join(folder, 'haproxy.cfg'),
    `${(await recipeText('haproxy/haproxy.cfg'))
      .replace('/run/haproxy/mlops.sock', socket)
      .replace('bind :8080', `bind 127.0.0.1:${port}`)
      .replace('bind :8405', `bind ${metrics}`)
      .replace(/^ {2}server .*\n/gm, '')}${lines.join('\n')}\n`,
  );
  const child = spawn(program, ['-f', join(folder, 'haproxy.cfg'), '-db'], { stdio: 'ignore' });
  const origin = `http://127.0.0.1:${port}`;
  await eventually('the start of HAProxy', answers(origin));
  const at = ['--socket', socket, '--backend', 'churn'];
  return {
    spec: commandSpec('haproxy/weights.mjs', [...at, '--fence-file', join(folder, 'fence')], at),
    origin,
    metrics,
    folder,
    async [Symbol.asyncDispose]() {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** nginx in front of servers of versions, the first of which has all traffic. */
export async function startNginx(program: string, servers: readonly VersionServer[]): Promise<TrafficSystem> {
  const folder = await mkdtemp(join(tmpdir(), 'nginx-'));
  const [port, statusPort] = [await freePort(), await freePort()];
  const conf = join(folder, 'nginx.conf');
  const split = join(folder, 'churn.conf');
  const [first] = servers;
  await mkdir(join(folder, 'temp'));
  await writeFile(
    split,
    `split_clients "$request_id" $churn_upstream { * "churn-${first?.version}"; }
split_clients "$request_id" $churn_shadow { * ""; }
map "" $churn_traffic { default '{"weights":{"${first?.version}":100},"shadows":{}}'; }
`,
  );
  const recipe = await recipeText('nginx/nginx.conf');
  await writeFile(
    conf,
    `worker_processes 2;
pid ${join(folder, 'nginx.pid')};
error_log ${join(folder, 'error.log')};
events {}
http {
  access_log off;
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `  ${kind}_temp_path ${join(folder, 'temp', kind)};`).join('\n')}
${recipe
  .replace('/etc/nginx/mlops/churn.conf', split)
  .replace(/^upstream .*$/gm, '')
  .replace('listen 8080;', `listen 127.0.0.1:${port};`)
  .replace('listen 127.0.0.1:8081;', `listen 127.0.0.1:${statusPort};`)}
${servers.map(({ version, origin }) => `  upstream churn-${version} { server ${new URL(origin).host}; }`).join('\n')}
}
`,
  );
  const child = spawn(program, ['-c', conf, '-g', 'daemon off;'], { stdio: 'ignore' });
  const origin = `http://127.0.0.1:${port}`;
  await eventually('the start of nginx', answers(origin));
  return {
    spec: commandSpec(
      'nginx/split.mjs',
      ['--name', 'churn', '--conf', split, '--nginx', program, '--nginx-conf', conf],
      ['--status', `http://127.0.0.1:${statusPort}/churn`],
    ),
    origin,
    folder,
    async [Symbol.asyncDispose]() {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const recipeText = (path: string): Promise<string> => readFile(join(RECIPES, path), 'utf8');

export interface Receiver extends TrafficSystem {
  /** The changes that had an effect, oldest first. */
  readonly effects: () => Promise<readonly string[]>;
}

/** A program that keeps weights in a file; `read` prints them. */
export const KEEPER = `import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
const { MLOPS_VERSION: version, MLOPS_WEIGHT: weight, MLOPS_SHADOW: shadow, MLOPS_PREVIOUS_VERSION: previous } = process.env;
const [what, path] = process.argv.slice(2);
const fence = Number(process.env.MLOPS_FENCE);
const kept = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { weights: {}, shadows: {}, fence: 0 };
if (what === 'read') console.log(JSON.stringify({ weights: kept.weights, shadow: kept.shadows[version] ?? 0 }));
else if (kept.fence > fence) process.exit(4);
else {
  const weights = { [version]: Number(weight), ...(previous ? { [previous]: 100 - Number(weight) } : {}) };
  writeFileSync(path, JSON.stringify({ weights, shadows: { [version]: Number(shadow) }, fence }));
  appendFileSync(path + '.log', version + ' ' + weight + ' ' + process.env.MLOPS_IDEMPOTENCY_KEY + '\\n');
}`;

/** The recipe's receiver, which keeps weights in a file. */
export async function startReceiver(secret: string): Promise<Receiver> {
  const folder = await mkdtemp(join(tmpdir(), 'receiver-'));
  const port = await freePort();
  const [keeper, kept, config] = [
    join(folder, 'keeper.mjs'),
    join(folder, 'kept.json'),
    join(folder, 'receiver.json'),
  ];
  await writeFile(keeper, KEEPER);
  const run = (what: string) => [process.execPath, keeper, what, kept];
  await writeFile(
    config,
    JSON.stringify({ port, state: join(folder, 'state.json'), set: run('set'), read: run('read') }),
  );
  const child = spawn(process.execPath, [join(RECIPES, 'webhook/receiver.mjs'), config], {
    stdio: 'ignore',
    env: { ...process.env, MLOPS_WEBHOOK_SECRET: secret },
  });
  const origin = `http://127.0.0.1:${port}`;
  await eventually('the start of the receiver', answers(origin));
  return {
    spec: {
      driver: 'webhook',
      url: `${origin}/churn`,
      readUrl: `${origin}/churn?version=\${version}`,
      secretEnv: 'TEST_RECEIVER_SECRET',
      allowPrivateNetwork: true,
      timeoutMs: 20_000,
    },
    origin,
    folder,
    async effects() {
      if (!existsSync(`${kept}.log`)) return [];
      return (await readFile(`${kept}.log`, 'utf8')).trim().split('\n');
    },
    async [Symbol.asyncDispose]() {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
