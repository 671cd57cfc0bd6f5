import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseRollout } from '../../actions/lib/rollout/parse-rollout.ts';
import { runAnalysis } from '../../actions/runtime/analysis/run-analysis.ts';
import { systemClock } from '../../actions/runtime/clock.ts';
import { applyWeight } from '../../actions/runtime/traffic/apply-weight.ts';
import type { TrafficTarget } from '../../actions/runtime/traffic/traffic-driver.ts';
import { describeWith } from '../support/debian.ts';
import { type MemoryRuntime, memoryRuntime } from '../support/memory-runtime.ts';
import { type ModelServer, startServer } from '../support/model-servers.ts';
import { startPrometheus } from '../support/prometheus.ts';
import { CANDIDATE, driverOf, STABLE, targetOf } from '../support/traffic.ts';
import {
  eventually,
  RECIPES,
  startHaproxy,
  startNginx,
  type TrafficSystem,
} from '../support/traffic-systems.ts';

let runtime: MemoryRuntime;
beforeEach(async () => {
  runtime = await memoryRuntime();
});
afterEach(() => runtime.dispose());

/** Within this many standard deviations of the expected count: chance alone fails once in 15 million. */
const DEVIATIONS = 5.4;

const back: TrafficTarget = targetOf(100, { ...STABLE, previous: CANDIDATE });

function splits(start: typeof startHaproxy | typeof startNginx, program: string): void {
  let servers: readonly ModelServer[];
  let system: TrafficSystem;
  let fence = 0;

  beforeAll(async () => {
    servers = await Promise.all(
      [STABLE, CANDIDATE].map(({ version }) => startServer(() => ({ body: { version } }))),
    );
    const origin = (index: number) => servers[index]?.origin ?? '';
    system = await start(program, [
      { version: STABLE.version, origin: origin(0) },
      { version: CANDIDATE.version, origin: origin(1) },
    ]);
  });
  afterAll(async () => {
    await system[Symbol.asyncDispose]();
    for (const server of servers) await server[Symbol.asyncDispose]();
  });

  const apply = (target: TrafficTarget) => {
    fence += 1;
    const traffic = driverOf(runtime, system.spec, { verifyTimeoutMs: 60_000 });
    return applyWeight(runtime, traffic, { ...target, fence });
  };

  /** Sends requests as callers do, and counts how many the candidate answered. */
  async function ask(requests: number): Promise<number> {
    let answered = 0;
    for (let sent = 0; sent < requests; sent += 20)
      await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const reply = await fetch(`${system.origin}/predict?n=${sent + index}`);
          expect(reply.status).toBe(200);
          const { version } = (await reply.json()) as { version: string };
          if (version === CANDIDATE.version) answered += 1;
        }),
      );
    return answered;
  }

  test('real requests are shared as they should be, up, and back to none', async () => {
    for (const weight of [0, 20, 50, 100, 0]) {
      expect((await apply(targetOf(weight))).kind).toBe('verified');
      const share = weight / 100;
      const bound = DEVIATIONS * Math.sqrt(400 * share * (1 - share));
      expect(Math.abs((await ask(400)) - 400 * share)).toBeLessThanOrEqual(bound);
    }
  });

  test('blue–green: all traffic in one step, and back', async () => {
    expect((await apply(targetOf(100))).kind).toBe('verified');
    expect(await ask(40)).toBe(40);
    expect((await apply(back)).kind).toBe('verified');
    expect(await ask(40)).toBe(0);
  });

  test('a version without a server fails, and nothing changes', async () => {
    await apply(back);
    const failed = await apply(targetOf(10, { version: '9.9.9' }));
    expect(failed).toMatchObject({ kind: 'failed', message: expect.stringContaining('9.9.9') });
    expect(await ask(40)).toBe(0);
  });

  test('no version becomes a command', async () => {
    await apply(back);
    const { driver } = driverOf(runtime, system.spec);
    for (const version of ['1.4.0; shutdown sessions server churn/1.3.2', '1.4.0\nquit', '$(id)', '"; }', ''])
      expect(await driver.set(targetOf(100, { version, fence }))).toMatchObject({ kind: 'failed' });
    expect(await ask(20)).toBe(0);
  });
}

describe('the recipe for HAProxy', () => {
  describeWith('haproxy', (program) => {
    splits(startHaproxy, program);
    describeWith('prometheus', (prometheus) => watches(program, prometheus));
  });
});

/** What the recipe's analysis finds in HAProxy's own counters, as a real Prometheus scrapes them. */
function watches(haproxy: string, program: string): void {
  const REQUESTS = 600;

  /** The analysis of the recipe after so many requests of which the candidate answers every tenth part `errors` with 500. */
  async function found(errors: number) {
    let asked = 0;
    await using stable = await startServer(() => ({ body: { version: STABLE.version } }));
    await using candidate = await startServer(() => ({
      status: asked++ % 10 < errors ? 500 : 200,
      body: {},
    }));
    await using system = await startHaproxy(haproxy, [
      { version: STABLE.version, origin: stable.origin },
      { version: CANDIDATE.version, origin: candidate.origin },
    ]);
    await using prometheus = await startPrometheus(program, system.metrics);
    const count = 'sum(haproxy_server_http_responses_total{proxy="churn"})';
    await prometheus.until(count);
    const traffic = driverOf(runtime, system.spec, { verifyTimeoutMs: 60_000 });
    expect((await applyWeight(runtime, traffic, targetOf(50))).kind).toBe('verified');
    const since = Date.now();
    for (let sent = 0; sent < REQUESTS; sent += 20)
      await Promise.all(Array.from({ length: 20 }, () => fetch(system.origin)));
    await prometheus.until(`${count} >= ${REQUESTS}`);
    const path = join(RECIPES, 'haproxy/rollout.yml');
    const text = (await readFile(path, 'utf8')).replace('http://prometheus:9090', prometheus.origin);
    const clock = systemClock(new AbortController().signal);
    const { finding } = await runAnalysis(
      { ...runtime, clock },
      {
        analysis: parseRollout(text, path).analysis,
        stable: STABLE,
        candidate: CANDIDATE,
        model: 'churn',
        environment: 'production',
        weight: 50,
        since,
        bakeMs: 0,
        tallies: {},
        patienceMs: Number.POSITIVE_INFINITY,
        onProgress: async () => undefined,
      },
    );
    return finding;
  }

  test('a version without a single error passes: 0 is a number here', async () => {
    const finding = await found(0);
    expect(finding).toMatchObject({ verdict: 'pass' });
    expect(finding.metrics.map(({ spec, tally }) => [spec.name, tally.last])).toEqual([
      ['error-rate', 0],
      ['refused-connections', 0],
    ]);
  });

  test('a version with more errors than the one before fails', async () => {
    const finding = await found(3);
    expect(finding.verdict).toBe('fail');
    expect(finding.metrics[0]).toMatchObject({ spec: { name: 'error-rate' }, verdict: 'fail' });
    expect(finding.metrics[0]?.tally.last).toBeCloseTo(0.3, 1);
  });
}

describe('the recipe for nginx', () => {
  describeWith('nginx', (program) => {
    splits(startNginx, program);

    test('shadow: the candidate gets copies, callers get the answers of the version that serves', async () => {
      await using stable = await startServer(() => ({ body: { version: STABLE.version } }));
      await using candidate = await startServer(() => ({
        status: 500,
        body: { version: CANDIDATE.version },
      }));
      await using system = await startNginx(program, [
        { version: STABLE.version, origin: stable.origin },
        { version: CANDIDATE.version, origin: candidate.origin },
      ]);
      const traffic = driverOf(runtime, system.spec, { verifyTimeoutMs: 60_000 });
      expect(await applyWeight(runtime, traffic, targetOf(0, { shadow: 50 }))).toEqual({
        kind: 'verified',
        how: 'read back',
      });
      for (let sent = 0; sent < 200; sent++) {
        const reply = await fetch(`${system.origin}/predict?n=${sent}`, {
          method: 'POST',
          body: `row ${sent}`,
        });
        expect([reply.status, await reply.json()]).toEqual([200, { version: STABLE.version }]);
      }
      expect(Math.abs(candidate.received.length - 100)).toBeLessThanOrEqual(DEVIATIONS * Math.sqrt(50));
      const originals = new Map(stable.received.map(({ path, body }) => [path, body]));
      for (const { path, body, method } of candidate.received) {
        expect(method).toBe('POST');
        expect(body).toBe(originals.get(path));
      }
      expect((await applyWeight(runtime, traffic, targetOf(0))).kind).toBe('verified');
      const copied = candidate.received.length;
      await fetch(`${system.origin}/predict`);
      await eventually('the last request', () => stable.received.some(({ path }) => path === '/predict'));
      expect(candidate.received.length).toBe(copied);
    });
  });
});

describe('rollout files of the recipes', async () => {
  const folders = (await readdir(RECIPES, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  test.each(folders.map(({ name }) => name))('%s', async (name) => {
    const path = join(RECIPES, name, 'rollout.yml');
    const rollout = parseRollout(await readFile(path, 'utf8'), path);
    expect(rollout.traffic).toBeDefined();
    expect(rollout.steps.at(-1)).toMatchObject({ weight: 100 });
  });
});
