import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A Prometheus of its own on loopback; `await using` ends it and removes what it stored. */
export interface TestPrometheus {
  readonly origin: string;
  /** Waits until a query gives a series. */
  until(query: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const STARTS_WITHIN_MS = 30_000;
const ENDS_WITHIN_MS = 10_000;

/** Starts Prometheus, which scrapes a server on loopback each second. */
export async function startPrometheus(program: string, target: string): Promise<TestPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
  await writeFile(
    join(folder, 'prometheus.yml'),
    `global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs: [{ job_name: serving, static_configs: [{ targets: ["${target}"] }] }]\n`,
  );
  const port = await freePort();
  const child = spawn(
    program,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const origin = `http://127.0.0.1:${port}`;
  const dispose = async (): Promise<void> => {
    await ended(child);
    await rm(folder, { recursive: true, force: true });
  };
  const until = async (query: string): Promise<void> => {
    const giveUp = Date.now() + STARTS_WITHIN_MS;
    while (!(await gives(origin, query))) {
      if (Date.now() > giveUp || child.exitCode !== null)
        throw new Error(`Prometheus does not give ${query}: ${said}`);
      await delay(100);
    }
  };
  try {
    await until('up == 1');
  } catch (error) {
    await dispose();
    throw error;
  }
  return { origin, until, [Symbol.asyncDispose]: dispose };
}

async function gives(origin: string, query: string): Promise<boolean> {
  try {
    const reply = await fetch(`${origin}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data } = JSON.parse(await reply.text());
    return data?.result?.length > 0;
  } catch {
    return false; // It is not up yet.
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
  await exit;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise<void>((done) => server.close(() => done()));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
