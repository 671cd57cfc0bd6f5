import { atPointer } from '../../../lib/rollout/read-number.ts';
import type { TrafficTarget } from '../traffic-driver.ts';
import { listAt, numberAt, textAt } from './kubernetes.ts';

/** One LLMInferenceService of a routing group. */
export interface Member {
  readonly name: string;
  readonly uri: string;
  readonly resourceVersion: string;
  readonly weight: number;
  readonly stopped: boolean;
  readonly ready: boolean;
}

/** A change of one member. `start`: its pods run again, and it keeps the weight it has. */
export type MemberChange =
  | { readonly kind: 'weight'; readonly member: Member; readonly weight: number }
  | { readonly kind: 'start'; readonly member: Member };

/** The members in a list of LLMInferenceServices. */
export const membersIn = (list: unknown): readonly Member[] =>
  listAt(list, '/items').map((item) => ({
    name: textAt(item, '/metadata/name') ?? '',
    uri: textAt(item, '/spec/model/uri') ?? '',
    resourceVersion: textAt(item, '/metadata/resourceVersion') ?? '',
    weight: numberAt(item, '/spec/router/route/weight') ?? 0,
    stopped: textAt(item, '/metadata/annotations/serving.kserve.io~1stop') === 'true',
    ready: listAt(item, '/status/conditions').some(
      (condition) => textAt(condition, '/type') === 'Ready' && textAt(condition, '/status') === 'True',
    ),
  }));

/** The weight a member is to have. Weights are proportional: those of the running members add up to 100. */
function wantedWeight({ uri }: Member, target: TrafficTarget): number {
  if (uri === target.uri) return target.weight;
  return uri === target.previous?.uri ? 100 - target.weight : 0;
}

/** Which version lacks a member that is to have traffic; `undefined` when none does. */
function missingVersion(members: readonly Member[], target: TrafficTarget): string | undefined {
  const lacks = (uri: string) => !members.some((member) => member.uri === uri);
  if (lacks(target.uri)) return target.version;
  const { previous, weight } = target;
  return previous !== undefined && weight < 100 && lacks(previous.uri) ? previous.version : undefined;
}

/** Members that are to have traffic and cannot answer yet. */
export const notReady = (members: readonly Member[], target: TrafficTarget): readonly Member[] =>
  members.filter((member) => !member.ready && wantedWeight(member, target) > 0);

/** What to do next on the way to the traffic that is wanted. */
export type GroupStep =
  | { readonly kind: 'missing'; readonly version: string }
  | { readonly kind: 'await-ready' }
  | {
      readonly kind: 'change';
      readonly changes: readonly MemberChange[];
      /** What is waited for before the next step; `none` when this is the last one. */
      readonly wait: 'ready' | 'warm' | 'none';
    };

/**
 * The next step. A member that was stopped is started first. One without traffic gets the weight 1 before more: a
 * gateway that has had no reason to connect to it may drop connections when it gets much at once (KServe's guide to
 * canary rollouts).
 */
export function planGroup(members: readonly Member[], target: TrafficTarget): GroupStep {
  const version = missingVersion(members, target);
  if (version !== undefined) return { kind: 'missing', version };
  const wanted = members.map((member) => ({
    kind: 'weight' as const,
    member,
    weight: wantedWeight(member, target),
  }));
  const start = wanted.filter(({ member, weight }) => member.stopped && weight > 0);
  if (start.length > 0)
    return { kind: 'change', changes: start.map(({ member }) => ({ kind: 'start', member })), wait: 'ready' };
  const changes = wanted.filter(({ member, weight }) => !member.stopped && member.weight !== weight);
  if (changes.length > 0 && notReady(members, target).length > 0) return { kind: 'await-ready' };
  const cold = changes.filter(({ member, weight }) => member.weight === 0 && weight > 1);
  if (cold.length > 0)
    return { kind: 'change', changes: cold.map((change) => ({ ...change, weight: 1 })), wait: 'warm' };
  // Those that gain first, so that there is never nobody to answer.
  const gain = ({ member, weight }: (typeof changes)[number]) => weight - member.weight;
  return { kind: 'change', changes: changes.toSorted((a, b) => gain(b) - gain(a)), wait: 'none' };
}

/** The share of a member in the status of its group, in percent; a text says why it cannot be told. */
export function groupShare(list: unknown, uri: string): number | string {
  const item = listAt(list, '/items').find((one) => textAt(one, '/spec/model/uri') === uri);
  if (item === undefined) return 0;
  const name = textAt(item, '/metadata/name');
  const group = atPointer(item, '/status/router/group/members');
  if (group.kind === 'missing' || !Array.isArray(group.value))
    return `the status of ${name} names no routing group`;
  let own = 0;
  let all = 0;
  for (const entry of group.value) {
    const weight = numberAt(entry, '/weight') ?? Number.NaN;
    if (!(weight >= 0)) return `the status of ${name} has a member without a weight`;
    const stopped = atPointer(entry, '/stopped');
    if (stopped.kind === 'found' && stopped.value === true) continue;
    all += weight;
    if (textAt(entry, '/name') === name) own = weight;
  }
  return all === 0 ? 0 : (100 * own) / all;
}
