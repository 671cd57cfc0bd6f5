import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TrafficSpec } from '../../actions/lib/rollout/traffic.ts';
import { applyWeight } from '../../actions/runtime/traffic/apply-weight.ts';
import type { TrafficTarget } from '../../actions/runtime/traffic/traffic-driver.ts';
import { type DebianProgram, debianProgram, describeWith } from '../support/debian.ts';
import { startKubernetes } from '../support/kubernetes.ts';
import { type MemoryRuntime, memoryRuntime } from '../support/memory-runtime.ts';
import { startServer } from '../support/model-servers.ts';
import { CANDIDATE, driverOf, STABLE, targetOf } from '../support/traffic.ts';
import { KEEPER, startHaproxy, startNginx, startReceiver } from '../support/traffic-systems.ts';

const SECRET = 'receiver secret';

/** A traffic system in which the stable version has all traffic once it was told so. */
interface Started {
  readonly spec: TrafficSpec;
  readonly end: () => Promise<void>;
}

/** Every driver and every recipe, with what is needed to start one. */
const systems: Readonly<
  Record<string, { readonly start: () => Promise<Started>; readonly needs?: DebianProgram }>
> = {
  command: {
    async start() {
      const folder = await mkdtemp(join(tmpdir(), 'command-'));
      const keeper = join(folder, 'keeper.mjs');
      await writeFile(keeper, KEEPER);
      const run = (what: string) => [process.execPath, keeper, what, join(folder, 'kept.json')];
      return {
        spec: { driver: 'command', set: run('set'), read: run('read'), timeoutMs: 20_000 },
        end: () => rm(folder, { recursive: true, force: true }),
      };
    },
  },
  'webhook, with the receiver of the recipe': {
    async start() {
      const receiver = await startReceiver(SECRET);
      return { spec: receiver.spec, end: () => receiver[Symbol.asyncDispose]() };
    },
  },
  'kserve InferenceService': {
    start: () =>
      startCluster('InferenceService', {
        '/apis/serving.kserve.io/v1beta1/namespaces/ml/inferenceservices/churn': {
          spec: { predictor: { model: { storageUri: STABLE.uri } } },
        },
      }),
  },
  'kserve LLMInferenceService': {
    start: () =>
      startCluster('LLMInferenceService', {
        [`${MEMBERS}/v1`]: member(STABLE.uri, 9),
        [`${MEMBERS}/v2`]: member(CANDIDATE.uri, 1),
      }),
  },
  file: {
    start: async () => ({ spec: { driver: 'file', path: 'deploy/churn.json' }, end: async () => undefined }),
  },
  'the recipe for HAProxy': { needs: 'haproxy', start: () => startBefore('haproxy') },
  'the recipe for nginx': { needs: 'nginx', start: () => startBefore('nginx') },
};

const MEMBERS = '/apis/serving.kserve.io/v1alpha2/namespaces/ml/llminferenceservices';
const member = (uri: string, weight: number) => ({
  metadata: { labels: { 'serving.kserve.io/routing-group': 'churn' } },
  spec: { model: { uri }, router: { route: { group: 'churn', weight } } },
});

async function startCluster(
  kind: 'InferenceService' | 'LLMInferenceService',
  objects: Readonly<Record<string, { readonly metadata?: object; readonly spec: object }>>,
): Promise<Started> {
  const kube = await startKubernetes({ lagReads: 2, readyReads: 2 });
  for (const [path, object] of Object.entries(objects)) kube.put(path, object);
  return {
    spec: {
      driver: 'kserve',
      api: kube.origin,
      tokenEnv: 'TEST_CLUSTER_TOKEN',
      namespace: 'ml',
      name: 'churn',
      kind,
      allowPrivateNetwork: true,
      timeoutMs: 20_000,
    },
    end: () => kube[Symbol.asyncDispose](),
  };
}

async function startBefore(name: 'haproxy' | 'nginx'): Promise<Started> {
  const servers = await Promise.all(
    [STABLE, CANDIDATE].map(async ({ version }) => ({
      version,
      server: await startServer(() => ({ body: { version } })),
    })),
  );
  const system = await { haproxy: startHaproxy, nginx: startNginx }[name](
    debianProgram(name) ?? '',
    servers.map(({ version, server }) => ({ version, origin: server.origin })),
  );
  return {
    spec: system.spec,
    async end() {
      await system[Symbol.asyncDispose]();
      for (const { server } of servers) await server[Symbol.asyncDispose]();
    },
  };
}

let runtime: MemoryRuntime;

beforeEach(async () => {
  process.env['TEST_RECEIVER_SECRET'] = SECRET;
  process.env['TEST_CLUSTER_TOKEN'] = 'cluster-token';
  runtime = await memoryRuntime({ now: Date.now() });
});
afterEach(() => runtime.dispose());

const toStable = (change: Partial<TrafficTarget> = {}): TrafficTarget =>
  targetOf(100, { ...STABLE, previous: CANDIDATE, ...change });

function conforms(start: () => Promise<Started>): void {
  let system: Started;
  /** Fences go up from test to test, since a system remembers them. */
  let fence = 10;

  beforeAll(async () => {
    system = await start();
  });
  afterAll(() => system.end());
  beforeEach(async () => {
    fence += 10;
    const apply = { ...toStable(), fence, idempotencyKey: `begin ${fence}` };
    expect((await applyWeight(runtime, open(), apply)).kind).toBe('verified');
  });

  const open = () => driverOf(runtime, system.spec, { verifyTimeoutMs: 60_000 });
  const set = (target: TrafficTarget, key = `${target.version} ${target.weight}`) =>
    applyWeight(runtime, open(), { ...target, fence, idempotencyKey: `${key} ${fence}` });
  const read = async (target: TrafficTarget) => open().driver.read(target);
  const weight = (share: number) => expect.objectContaining({ kind: 'weight', weight: share });

  test('a weight is absolute, is read back, and said twice is said once', async () => {
    for (const [change, share] of [0, 1, 50, 100, 50].entries()) {
      const key = `change ${change}`;
      for (const _ of ['once', 'twice'])
        expect(await set(targetOf(share), key)).toEqual({ kind: 'verified', how: 'read back' });
      expect(await read(targetOf(share))).toEqual(weight(share));
      expect(await read(toStable())).toEqual(weight(100 - share));
    }
  });

  test('all traffic goes back to the version before', async () => {
    await set(targetOf(50));
    fence += 1;
    expect((await set(toStable())).kind).toBe('verified');
    expect(await read(targetOf(0))).toEqual(weight(0));
  });

  test('without a version before, one has all traffic', async () => {
    expect((await set(targetOf(100, { previous: undefined }))).kind).toBe('verified');
    expect(await read(targetOf(100))).toEqual(weight(100));
  });

  test('a lower fence is refused and changes nothing', async () => {
    await set(targetOf(50));
    const late = { ...targetOf(100), fence: fence - 1, idempotencyKey: `late ${fence}` };
    expect(await applyWeight(runtime, open(), late)).toMatchObject({ kind: 'fenced' });
    expect(await read(targetOf(50))).toEqual(weight(50));
  });
}

for (const [name, { start, needs }] of Object.entries(systems))
  if (needs === undefined) describe(name, () => conforms(start));
  else describe(name, () => describeWith(needs, () => conforms(start)));
