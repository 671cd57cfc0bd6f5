import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyWeight } from '../../../../actions/runtime/traffic/apply-weight.ts';
import type { TrafficTarget } from '../../../../actions/runtime/traffic/traffic-driver.ts';
import { type Kubernetes, type KubernetesOptions, startKubernetes } from '../../../support/kubernetes.ts';
import { type MemoryRuntime, memoryRuntime } from '../../../support/memory-runtime.ts';
import { CANDIDATE, driverOf, STABLE, targetOf } from '../../../support/traffic.ts';

const SERVICE = '/apis/serving.kserve.io/v1beta1/namespaces/ml/inferenceservices/churn';
const MEMBERS = '/apis/serving.kserve.io/v1alpha2/namespaces/ml/llminferenceservices';
const RECORD = '/api/v1/namespaces/ml/configmaps/churn-mlops-actions';
const OTHER = {
  version: '1.2.0',
  digest: 'sha256:cc',
  uri: 'oci://registry.example/churn@sha256:cc',
} as const;

let kube: Kubernetes;
let runtime: MemoryRuntime;

beforeEach(async () => {
  process.env['TEST_K8S_TOKEN'] = 'cluster-token';
  runtime = await memoryRuntime();
});
afterEach(async () => {
  await kube[Symbol.asyncDispose]();
  await runtime.dispose();
});

const open = (kind: 'InferenceService' | 'LLMInferenceService', change = {}) => {
  const spec = {
    driver: 'kserve',
    api: kube.origin,
    tokenEnv: 'TEST_K8S_TOKEN',
    namespace: 'ml',
    name: 'churn',
    kind,
    allowPrivateNetwork: true,
    timeoutMs: 20_000,
    ...change,
  } as const;
  return driverOf(runtime, spec, { verifyTimeoutMs: 30_000 });
};

/** A cluster in which the stable version has all traffic. */
async function cluster(options: KubernetesOptions = {}, part = 'model'): Promise<void> {
  kube = await startKubernetes(options);
  kube.put(SERVICE, {
    spec: {
      predictor: { minReplicas: 1, [part]: { modelFormat: { name: 'sklearn' }, storageUri: STABLE.uri } },
    },
  });
  const settled = await applyWeight(runtime, open('InferenceService'), back());
  expect(settled.kind).toBe('verified');
}

/** All traffic to the stable version. */
const back = (change: Partial<TrafficTarget> = {}): TrafficTarget =>
  targetOf(100, { ...STABLE, previous: CANDIDATE, ...change });

/** A part of the service as the cluster has it. */
const part = (name: 'spec' | 'status') => {
  const service = kube.objects.get(SERVICE);
  if (service === undefined) throw new Error('the service is gone');
  return service[name];
};
const predictor = () => (part('spec') as { predictor: Record<string, unknown> }).predictor;
interface PredictorStatus {
  readonly latestCreatedRevision: string;
  readonly traffic: readonly { readonly revisionName: string; readonly percent: number }[];
}
const status = () => (part('status') as { components: { predictor: PredictorStatus } }).components.predictor;
const apply = (target: TrafficTarget, change = {}) =>
  applyWeight(runtime, open('InferenceService', change), target);
const revisions = () => Number(status().latestCreatedRevision.slice(-1));

describe('InferenceService', () => {
  test.each([true, false])(
    'a canary goes up step by step and is promoted; observedGeneration: %s',
    async (observes) => {
      await cluster({ lagReads: 3, readyReads: 4, observes });
      for (const weight of [1, 10, 50]) {
        expect(await apply(targetOf(weight))).toEqual({ kind: 'verified', how: 'read back' });
        expect(predictor()).toMatchObject({
          canaryTrafficPercent: weight,
          model: { storageUri: CANDIDATE.uri },
        });
        expect(status().traffic).toMatchObject([{ percent: weight }, { percent: 100 - weight }]);
      }
      expect(await apply(targetOf(100))).toEqual({ kind: 'verified', how: 'read back' });
      expect(predictor()).toEqual({
        minReplicas: 1,
        model: { modelFormat: { name: 'sklearn' }, storageUri: CANDIDATE.uri },
      });
      expect(status().traffic).toMatchObject([{ percent: 100 }]);
      expect(revisions()).toBe(2);
    },
  );

  test('the same wish twice changes the service once', async () => {
    await cluster();
    await apply(targetOf(10));
    const before = kube.requests.length;
    expect((await apply(targetOf(10))).kind).toBe('verified');
    expect(kube.requests.slice(before)).not.toContain(`PATCH ${SERVICE}`);
  });

  test('back from a canary the revision before gets all traffic at once', async () => {
    await cluster();
    await apply(targetOf(10));
    expect((await apply(back({ fence: 4 }))).kind).toBe('verified');
    expect(predictor()).toMatchObject({ canaryTrafficPercent: 0, model: { storageUri: CANDIDATE.uri } });
    expect(revisions()).toBe(2);
    // And the next candidate starts from there.
    expect((await apply(targetOf(10, { ...OTHER, fence: 5 }))).kind).toBe('verified');
    expect(status().traffic).toMatchObject([
      { percent: 10 },
      { revisionName: 'churn-predictor-00001', percent: 90 },
    ]);
  });

  test('back after a promotion the model before is served again', async () => {
    await cluster();
    await apply(targetOf(10));
    await apply(targetOf(100));
    expect((await apply(back({ fence: 4 }))).kind).toBe('verified');
    expect(predictor()).toMatchObject({ model: { storageUri: STABLE.uri } });
    expect(predictor()).not.toHaveProperty('canaryTrafficPercent');
  });

  test.each([true, false])(
    'all at once is seen when the new revision serves; observedGeneration: %s',
    async (observes) => {
      await cluster({ lagReads: 4, readyReads: 3, observes });
      expect((await apply(targetOf(100))).kind).toBe('verified');
      expect(status().traffic).toMatchObject([{ revisionName: 'churn-predictor-00002', percent: 100 }]);
    },
  );

  test('back to a third version the canary never gets more while that one starts, in one run or two', async () => {
    await cluster({ readyReads: 12 });
    await apply(targetOf(10));
    const shares: number[] = [];
    kube.intercept = () => {
      const canary = status().traffic.filter(({ revisionName }) => revisionName.endsWith('2'));
      shares.push(canary.reduce((sum, { percent }) => sum + percent, 0));
      return undefined;
    };
    const third = targetOf(100, { ...OTHER, previous: CANDIDATE, fence: 4 });
    expect(await apply(third, { timeoutMs: 1_000 })).toEqual({
      kind: 'failed',
      message: expect.stringContaining('was not ready in time; traffic stays where it was'),
    });
    expect((await apply(third)).kind).toBe('verified');
    expect(Math.max(...shares)).toBeLessThanOrEqual(10);
    expect(predictor()).toEqual({
      minReplicas: 1,
      model: { modelFormat: { name: 'sklearn' }, storageUri: OTHER.uri },
    });
  });

  test('a candidate that never becomes ready fails, and going back leaves no traffic on it', async () => {
    const broken = new Set<string>([CANDIDATE.uri]);
    await cluster({ broken });
    expect(await apply(targetOf(10))).toMatchObject({ kind: 'failed' });
    // Nothing new becomes ready any more: going back must not need it.
    broken.add(STABLE.uri);
    expect((await apply(back({ fence: 4 }))).kind).toBe('verified');
    expect(predictor()).toMatchObject({ model: { storageUri: STABLE.uri } });
    expect(status().traffic).toMatchObject([{ revisionName: 'churn-predictor-00001', percent: 100 }]);
  });

  test('weight 0 takes a canary away, and does not deploy one that is not there', async () => {
    await cluster();
    expect((await apply(targetOf(0))).kind).toBe('verified');
    expect(predictor()).toMatchObject({ model: { storageUri: STABLE.uri } });
    await apply(targetOf(20));
    expect((await apply(targetOf(0))).kind).toBe('verified');
    expect(predictor()).toMatchObject({ canaryTrafficPercent: 0 });
  });

  test('the first version of a service has all traffic, and cannot have less', async () => {
    await cluster();
    expect((await apply({ ...back(), previous: undefined })).kind).toBe('verified');
    expect(await apply({ ...back({ weight: 0 }), previous: undefined })).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('has 100 % of traffic, expected 0 %'),
    });
  });

  test('the old schema names the framework instead of the model', async () => {
    await cluster({}, 'sklearn');
    expect((await apply(targetOf(10))).kind).toBe('verified');
    expect(predictor()).toMatchObject({ sklearn: { storageUri: CANDIDATE.uri } });
  });

  test('a lower fence is refused, a higher one takes over, and neither starts a revision', async () => {
    await cluster();
    await apply(targetOf(10, { fence: 7 }));
    expect(await apply(targetOf(50, { fence: 6 }))).toEqual({
      kind: 'fenced',
      message: 'the cluster has seen the fence 7, which is above 6',
    });
    expect(predictor()).toMatchObject({ canaryTrafficPercent: 10 });
    expect((await apply(targetOf(10, { fence: 8 }))).kind).toBe('verified');
    expect(kube.objects.get(RECORD)).toMatchObject({ data: { fence: '8' } });
    expect(revisions()).toBe(2);
  });

  test('whoever is overtaken between reading and changing is refused', async () => {
    await cluster();
    let overtaken = false;
    kube.intercept = (request) => {
      if (!request.startsWith(`PATCH ${SERVICE}`) || overtaken) return undefined;
      overtaken = true;
      // Somebody with a higher fence changes the service now.
      const service = kube.objects.get(SERVICE);
      const record = kube.objects.get(RECORD);
      if (service)
        kube.put(SERVICE, { ...service, spec: { predictor: { ...predictor(), canaryTrafficPercent: 0 } } });
      if (record) kube.put(RECORD, { ...record, data: { fence: '9' } });
      return undefined;
    };
    expect((await apply(targetOf(10))).kind).toBe('fenced');
    expect(predictor()).toMatchObject({ canaryTrafficPercent: 0, model: { storageUri: STABLE.uri } });
  });

  test('a change by somebody else is read and the wish applied to it', async () => {
    await cluster();
    let changes = 2;
    kube.intercept = (request) => {
      const service = kube.objects.get(SERVICE);
      if (!request.startsWith(`PATCH ${SERVICE}`) || changes-- <= 0 || !service) return undefined;
      kube.put(SERVICE, { ...service, spec: { predictor: { ...predictor(), maxReplicas: 9 } } });
      return undefined;
    };
    expect((await apply(targetOf(10))).kind).toBe('verified');
    expect(predictor()).toMatchObject({ canaryTrafficPercent: 10, maxReplicas: 9 });
  });

  test('an answer that is lost is found done', async () => {
    await cluster();
    let lost = false;
    kube.intercept = (request) => {
      if (lost || !request.startsWith(`PATCH ${SERVICE}`)) return undefined;
      lost = true;
      return 'drop';
    };
    expect((await apply(targetOf(10))).kind).toBe('verified');
    expect(lost).toBe(true);
  });

  test.each([
    [401, 'the token in TEST_K8S_TOKEN is not one of this cluster'],
    [403, 'grant this to the service account'],
    [404, 'there is no such thing as the InferenceService churn in the namespace ml'],
    [422, 'answered 422: no'],
    [500, 'answered 500: no (tried 6 times)'],
    [503, 'answered 503: no (tried 6 times)'],
    [302, 'a redirect, which is not followed'],
  ])('%s is told for what it is', async (code, message) => {
    await cluster();
    kube.intercept = () => ({ status: code, body: '{"message":"no"}' });
    expect(await apply(targetOf(10))).toEqual({ kind: 'failed', message: expect.stringContaining(message) });
  });

  test.each(['<html>', '', '[]', '{"metadata":{}}'])('the answer %j is unreadable', async (body) => {
    await cluster();
    const { driver } = open('InferenceService');
    kube.intercept = () => ({ status: 200, body });
    expect(await driver.read(targetOf(10))).toMatchObject({ kind: 'unreadable' });
    expect(await driver.set(targetOf(10))).toMatchObject({ kind: 'failed' });
  });

  test.each([
    ['101 in all', [{ latestRevision: true, revisionName: 'churn-predictor-00001', percent: 101 }]],
    [
      'a negative share',
      [
        { revisionName: 'a', percent: -1 },
        { revisionName: 'b', percent: 101 },
      ],
    ],
    ['no share at all', [{ revisionName: 'a' }]],
    ['no list', 'churn'],
  ])('traffic of %s is unreadable', async (_, traffic) => {
    await cluster();
    const service = kube.objects.get(SERVICE);
    const broken = { ...service, status: { components: { predictor: { ...status(), traffic } } } };
    kube.intercept = (request) =>
      request === `GET ${SERVICE}` ? { status: 200, body: JSON.stringify(broken) } : undefined;
    expect(await open('InferenceService').driver.read(back())).toMatchObject({ kind: 'unreadable' });
  });

  test('a record that lost its fence is not taken for none', async () => {
    await cluster();
    kube.put(RECORD, { data: { fence: 'x' } });
    expect(await apply(targetOf(10))).toEqual({
      kind: 'failed',
      message: expect.stringContaining('holds no fence'),
    });
  });

  test('a version without a uri cannot be found by KServe', async () => {
    await cluster();
    expect(await apply(targetOf(10, { uri: '' }))).toEqual({
      kind: 'failed',
      message: expect.stringContaining('was registered without a uri'),
    });
  });

  test('without its token the driver does not open', async () => {
    await cluster();
    delete process.env['TEST_K8S_TOKEN'];
    expect(() => open('InferenceService')).toThrow('environment variable TEST_K8S_TOKEN, which is not set');
  });
});

describe('LLMInferenceService', () => {
  const member = (name: string, uri: string, weight: number, annotations = {}) =>
    kube.put(`${MEMBERS}/${name}`, {
      metadata: { labels: { 'serving.kserve.io/routing-group': 'churn' }, annotations },
      spec: { model: { uri }, router: { route: { group: 'churn', weight } } },
    });
  const weights = () =>
    [...kube.objects]
      .filter(([path]) => path.startsWith(MEMBERS))
      .map(([, one]) => (one['spec'] as { router: { route: { weight: number } } }).router.route.weight);
  const group = async (candidate = 1, options: KubernetesOptions = {}) => {
    kube = await startKubernetes(options);
    member('v1', STABLE.uri, 9);
    member('v2', CANDIDATE.uri, candidate);
    member('elsewhere', OTHER.uri, 0);
  };
  const applyGroup = (target: TrafficTarget) => applyWeight(runtime, open('LLMInferenceService'), target);

  test('weights go up to 100 and back', async () => {
    await group(1, { lagReads: 2, readyReads: 3 });
    for (const weight of [1, 10, 50, 100]) {
      expect(await applyGroup(targetOf(weight))).toEqual({ kind: 'verified', how: 'read back' });
      expect(weights()).toEqual([100 - weight, weight, 0]);
    }
    expect((await applyGroup(back({ fence: 4 }))).kind).toBe('verified');
    expect(weights()).toEqual([100, 0, 0]);
    expect(await applyGroup(targetOf(10))).toMatchObject({ kind: 'fenced' });
  });

  test('a member without traffic gets the weight 1 before more', async () => {
    await group(0);
    const seen: number[][] = [];
    kube.intercept = () => void seen.push(weights());
    expect((await applyGroup(targetOf(50))).kind).toBe('verified');
    expect(seen).toContainEqual([9, 1, 0]);
    expect(weights()).toEqual([50, 50, 0]);
  });

  test('a member that was stopped is started and made ready before it gets traffic', async () => {
    await group(9, { readyReads: 4 });
    member('v1', STABLE.uri, 9, { 'serving.kserve.io/stop': 'true' });
    await applyGroup({ ...targetOf(100), previous: undefined });
    const notReady: number[][] = [];
    kube.intercept = (request) => {
      const conditions = kube.objects.get(`${MEMBERS}/v1`)?.['status'] as {
        conditions: { status: string }[];
      };
      if (request.startsWith('PATCH') && conditions.conditions[0]?.status !== 'True')
        notReady.push(weights());
      return undefined;
    };
    expect((await applyGroup(back({ fence: 4 }))).kind).toBe('verified');
    expect(notReady.length).toBeGreaterThan(0);
    expect(notReady.every(([, candidate]) => candidate === 100)).toBe(true);
    expect(kube.objects.get(`${MEMBERS}/v1`)?.metadata.annotations).toEqual({});
  });

  test('a member that is not ready gets no traffic yet', async () => {
    await group(0, { readyReads: 5 });
    let early = 0;
    kube.intercept = (request) => {
      const status = kube.objects.get(`${MEMBERS}/v2`)?.['status'] as
        | { conditions: { status: string }[] }
        | undefined;
      if (request.startsWith(`PATCH ${MEMBERS}`) && status?.conditions[0]?.status !== 'True') early += 1;
      return undefined;
    };
    expect((await applyGroup(targetOf(50))).kind).toBe('verified');
    expect(early).toBe(0);
  });

  test('a version without a member fails with its name', async () => {
    await group();
    expect(await applyGroup(targetOf(10, { uri: 'hf://nowhere' }))).toEqual({
      kind: 'failed',
      message: expect.stringContaining('no member has the uri of 1.4.0'),
    });
    expect(weights()).toEqual([9, 1, 0]);
  });

  test('a cluster without this kind says so', async () => {
    kube = await startKubernetes();
    kube.intercept = () => ({ status: 404, body: '404 page not found' });
    expect(await applyGroup(targetOf(10))).toEqual({
      kind: 'failed',
      message: expect.stringContaining('knows no LLMInferenceService'),
    });
  });

  test.each(['<html>', '{"items":[{"metadata":{"name":"v2"},"spec":{"model":{"uri":"X"}}}]}'])(
    'the answer %j is unreadable',
    async (body) => {
      await group();
      kube.intercept = () => ({ status: 200, body: body.replace('X', CANDIDATE.uri) });
      expect(await open('LLMInferenceService').driver.read(targetOf(10))).toMatchObject({
        kind: 'unreadable',
      });
    },
  );
});
