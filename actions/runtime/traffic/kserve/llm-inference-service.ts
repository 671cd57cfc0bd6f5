import type { SetResult, TrafficDriver, TrafficReading, TrafficTarget } from '../traffic-driver.ts';
import { type Cluster, claim, type Try, untilDecided, waitFor } from './claim.ts';
import type { Answer, Kubernetes } from './kubernetes.ts';
import {
  type GroupStep,
  groupShare,
  type MemberChange,
  membersIn,
  notReady,
  planGroup,
} from './routing-group.ts';

export interface RoutingGroupOptions extends Cluster {
  readonly api: Kubernetes;
  readonly namespace: string;
  /** Name of the group. */
  readonly name: string;
}

/** How long a gateway gets to connect to a member that had no traffic. */
const WARM_MS = 2_000;

/** Switches traffic between the LLMInferenceServices of a routing group, each of which serves one version. */
export function routingGroupDriver(options: RoutingGroupOptions): TrafficDriver {
  const group = routingGroup(options);
  return {
    set: (target) => untilDecided(options.runtime, () => attempt(options, group, target)),
    async read(target): Promise<TrafficReading> {
      const found = await group.list();
      if (found.kind === 'absent') return { kind: 'unreadable', message: NO_SUCH_KIND };
      if (found.kind !== 'object') return { kind: 'unreadable', message: found.message };
      const share = groupShare(found.object, target.uri);
      return typeof share === 'number'
        ? { kind: 'weight', weight: share, shadow: undefined }
        : { kind: 'unreadable', message: `${group.what}: ${share}` };
    },
  };
}

const NO_SUCH_KIND = 'the cluster knows no LLMInferenceService of serving.kserve.io/v1alpha2';

type Group = ReturnType<typeof routingGroup>;

function routingGroup({ api, namespace, name }: RoutingGroupOptions) {
  const folder = `/apis/serving.kserve.io/v1alpha2/namespaces/${namespace}/llminferenceservices`;
  const selector = encodeURIComponent(`serving.kserve.io/routing-group=${name}`);
  return {
    what: `the routing group ${name} in the namespace ${namespace}`,
    list: (): Promise<Answer> => api.get(`${folder}?labelSelector=${selector}`),
    change: ({ member, ...change }: MemberChange): Promise<Answer> =>
      api.patch(`${folder}/${member.name}`, {
        metadata: {
          resourceVersion: member.resourceVersion,
          ...(change.kind === 'start' ? { annotations: { 'serving.kserve.io/stop': null } } : {}),
        },
        ...(change.kind === 'weight' ? { spec: { router: { route: { weight: change.weight } } } } : {}),
      }),
  };
}

async function attempt(options: RoutingGroupOptions, group: Group, target: TrafficTarget): Promise<Try> {
  const found = await group.list();
  if (found.kind === 'absent') return { kind: 'failed', message: NO_SUCH_KIND };
  if (found.kind !== 'object') return found;
  const before = await options.record.read();
  if (before.kind !== 'record') return before;
  const refused = await claim(options, before.record, target, before.record.models);
  return refused ?? carryOut(options, group, target, planGroup(membersIn(found.object), target));
}

async function carryOut(
  options: RoutingGroupOptions,
  group: Group,
  target: TrafficTarget,
  step: GroupStep,
): Promise<Try> {
  if (step.kind === 'missing') return noMember(group, step.version);
  if (step.kind === 'await-ready') return awaitReady(options, group, target);
  for (const change of step.changes) {
    const changed = await group.change(change);
    if (changed.kind === 'absent') return { kind: 'again', message: `${change.member.name} is gone` };
    if (changed.kind !== 'object') return changed;
  }
  if (step.wait === 'none') return { kind: 'done' };
  if (step.wait === 'ready') return awaitReady(options, group, target);
  await options.runtime.clock.sleep(WARM_MS);
  return { kind: 'again', message: `${group.what}: a member without traffic got its first` };
}

const noMember = ({ what }: Group, version: string): SetResult => ({
  kind: 'failed',
  message: `${what}: no member has the uri of ${version} as its spec.model.uri; deploy it in this group with the weight 1`,
});

async function awaitReady(options: RoutingGroupOptions, group: Group, target: TrafficTarget): Promise<Try> {
  let names = 'its members';
  const inTime = await waitFor(options, async () => {
    const found = await group.list();
    if (found.kind !== 'object') return false;
    const cold = notReady(membersIn(found.object), target);
    names = cold.map(({ name }) => name).join(', ');
    return cold.length === 0;
  });
  return inTime
    ? { kind: 'again', message: `${group.what}: all members are ready` }
    : { kind: 'failed', message: `${group.what}: ${names} not ready in time; traffic stays where it was` };
}
