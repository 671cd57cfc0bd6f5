import type { TrafficDriver, TrafficReading, TrafficTarget } from '../traffic-driver.ts';
import { type Cluster, claim, type Try, untilDecided, waitFor } from './claim.ts';
import type { Answer, Kubernetes } from './kubernetes.ts';
import { type CanaryGoal, type CanaryStep, isThere, planCanary } from './plan-canary.ts';
import { type ServiceState, serviceState, shareOf, withNewest } from './service-state.ts';

export interface InferenceServiceOptions extends Cluster {
  readonly api: Kubernetes;
  readonly namespace: string;
  readonly name: string;
}

type FoundService =
  | { readonly kind: 'service'; readonly state: ServiceState }
  | Extract<Answer, { kind: 'again' | 'failed' }>;

/** Switches the traffic of an InferenceService, whose revisions KServe makes, keeps and splits traffic between. */
export function inferenceServiceDriver(options: InferenceServiceOptions): TrafficDriver {
  const { api, runtime, record, namespace, name } = options;
  const path = `/apis/serving.kserve.io/v1beta1/namespaces/${namespace}/inferenceservices/${name}`;
  const what = `the InferenceService ${name} in the namespace ${namespace}`;

  async function find(): Promise<FoundService> {
    const answer = await api.get(path);
    if (answer.kind === 'absent') return { kind: 'failed', message: `there is no such thing as ${what}` };
    if (answer.kind !== 'object') return answer;
    const state = serviceState(answer.object);
    return typeof state === 'string'
      ? { kind: 'failed', message: `${what}: ${state}` }
      : { kind: 'service', state };
  }

  const patch = ({ part, resourceVersion }: ServiceState, { uri, canary }: CanaryGoal): Promise<Answer> =>
    api.patch(path, {
      metadata: { resourceVersion },
      spec: { predictor: { canaryTrafficPercent: canary, [part]: { storageUri: uri } } },
    });

  /** Waits for the revision of a model; what was made ready by then is seen by the next try. */
  async function awaitReady(before: ServiceState, goal: CanaryGoal): Promise<Try> {
    const isNew = before.uri !== goal.uri;
    const inTime = await waitFor(options, async () => {
      const found = await find();
      if (found.kind !== 'service') return false;
      const { created, ready, stale } = found.state;
      return !stale && created !== undefined && created === ready && !(isNew && created === before.created);
    });
    if (inTime) return { kind: 'again', message: `${what}: the revision of ${goal.uri} is ready` };
    return {
      kind: 'failed',
      message: `${what}: the revision of ${goal.uri} was not ready in time; traffic stays where it was`,
    };
  }

  async function attempt(target: TrafficTarget): Promise<Try> {
    const found = await find();
    if (found.kind !== 'service') return found;
    const before = await record.read();
    if (before.kind !== 'record') return before;
    const models = withNewest(found.state, before.record.models);
    const refused = await claim(options, before.record, target, models);
    return refused ?? take(found.state, planCanary(found.state, models, target));
  }

  async function take(state: ServiceState, step: CanaryStep): Promise<Try> {
    if (step.kind === 'nothing') return { kind: 'done' };
    if (!isThere(state, step.goal)) {
      const patched = await patch(state, step.goal);
      if (patched.kind === 'absent') return { kind: 'failed', message: `${what} is gone` };
      if (patched.kind !== 'object') return patched;
    }
    return step.kind === 'await-ready' ? awaitReady(state, step.goal) : { kind: 'done' };
  }

  async function read(target: TrafficTarget): Promise<TrafficReading> {
    const [found, before] = [await find(), await record.read()];
    if (found.kind !== 'service') return { kind: 'unreadable', message: found.message };
    if (before.kind !== 'record') return { kind: 'unreadable', message: before.message };
    const share = shareOf(found.state, before.record.models, target.uri);
    return typeof share === 'number'
      ? { kind: 'weight', weight: share, shadow: undefined }
      : { kind: 'unreadable', message: `${what}: ${share}` };
  }

  return { set: (target) => untilDecided(runtime, () => attempt(target)), read };
}
