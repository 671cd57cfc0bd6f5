import { clientOf } from './github.ts';
import type { OutsideWorld } from './outside-world.ts';
import { ledgerEvents, ledgerFile, runRegistryStep } from './registry.ts';

/** Where everything should stand in the end. */
export interface Expected {
  /** Version that serves production. */
  readonly current: string;
  /** All versions that the ledger knows to have been good. */
  readonly verified?: readonly string[] | undefined;
  readonly quarantined?: readonly string[] | undefined;
  /** Newest first: the kind of change and the state of each deployment; any, but final ones, where absent. */
  readonly deployments?: readonly (readonly [kind: string, state: string])[] | undefined;
  readonly incidents?: number | undefined;
  readonly dispatches?: number | undefined;
  /** There may be two of what GitHub keeps without a key: one of them came late, or came twice. */
  readonly twins?: boolean | undefined;
  /** GitHub may show as under way what is over: it heard of it after it had heard of the end, and nobody looked again. */
  readonly stale?: boolean | undefined;
}

/** Events of which there is at most one of a kind about one version in one rollout. */
const ONCE: ReadonlySet<string> = new Set([
  'version.registered',
  'version.verified',
  'version.quarantined',
  'rollout.requested',
  'rollout.completed',
  'rollback.completed',
  'incident.opened',
  'retrain.requested',
  'retrain.dispatched',
]);

const FINAL: ReadonlySet<string> = new Set(['success', 'inactive', 'failure', 'error']);

const twice = (values: readonly string[]): readonly string[] => [
  ...new Set(values.filter((value, index) => values.indexOf(value) !== index)),
];

interface Issue {
  readonly number: number;
  readonly body: string;
  readonly state: string;
}

async function listed<T>({ service }: OutsideWorld, path: string): Promise<readonly T[]> {
  const response = await fetch(`${service.url}/repos/octo/models${path}`, {
    headers: { authorization: `token ${service.issueToken('all')}` },
  });
  const found: unknown = await response.json();
  return Array.isArray(found) ? found : [];
}

/** The state of the model as the ledger has it. */
export const stateOf = async ({ service }: OutsideWorld) =>
  JSON.parse((await ledgerFile(service, 'models/churn/state.json')) ?? '{}');

/** The ledger: its chain holds, its numbers have no gaps, nothing is there twice, the state and the pointer follow. */
async function ledgerProblems({ service }: OutsideWorld): Promise<readonly string[]> {
  const step = await runRegistryStep({ service, inputs: { operation: 'verify-ledger' } });
  const verified = step.error === undefined ? await step.document() : { reasons: [String(step.error)] };
  await step.runtime.dispose();
  const events = await ledgerEvents(service);
  const kinds = events.filter(({ type }) => ONCE.has(type));
  return [
    ...(verified['verdict'] === 'pass' ? [] : [`verify-ledger: ${JSON.stringify(verified['reasons'])}`]),
    ...events.flatMap(({ seq }, index) => (seq === index + 1 ? [] : [`event ${index + 1} has seq ${seq}`])),
    ...twice(events.map(({ id }) => id)).map((id) => `event ${id} is there twice`),
    ...twice(
      kinds.map((event) => `${event.type} ${event.version ?? ''} ${Object(event)['rollout'] ?? ''}`),
    ).map((kind) => `twice: ${kind}`),
  ];
}

async function outsideProblems(world: OutsideWorld, twins: boolean): Promise<readonly string[]> {
  const { router, service } = world;
  const fences = router.changes.map(({ fence }) => fence);
  const shares = Object.values(router.weights).reduce((sum, weight) => sum + weight, 0);
  const deployments = await clientOf(service).deployments.list('production');
  const issues = await listed<Issue>(world, '/issues?state=all&per_page=100');
  const markers = issues.flatMap(({ body }) => /<!-- [^>]+ -->/.exec(body ?? '')?.[0] ?? []);
  const comments = (
    await Promise.all(
      issues.map(({ number }) => listed<{ body: string }>(world, `/issues/${number}/comments`)),
    )
  ).flatMap((list, index) => list.map(({ body }) => `${index}: ${body}`));
  return [
    ...router.wrong,
    ...(shares === 100 ? [] : [`the shares of traffic add up to ${shares}`]),
    ...(fences.every((fence, index) => index === 0 || fence >= (fences[index - 1] ?? 0))
      ? []
      : [`fences went back: ${fences}`]),
    ...(twins ? [] : twice(deployments.map(({ task }) => task)).map((task) => `two deployments for ${task}`)),
    ...(twins ? [] : twice(markers).map((marker) => `two issues with ${marker}`)),
    ...twice(comments).map((comment) => `two comments that say ${comment.slice(0, 80)}`),
    // The emulator behind the local GitHub may close a kept connection: that is no trouble of the step's making.
    ...service.violations
      .filter(({ errors }) => !/fetch failed/.test(errors.join()))
      .map(({ method, path, errors }) => `${method} ${path}: ${errors.join(', ')}`),
  ];
}

const versionsOf = (state: Awaited<ReturnType<typeof stateOf>>): readonly [string, unknown][] =>
  Object.entries<{ readonly verified?: Readonly<Record<string, unknown>> }>(state.versions ?? {}).map(
    ([version, entry]) => [version, entry.verified?.['production']],
  );

/** Every promise that holds whatever happened on the way, and those about where it ended. Empty when all are kept. */
export async function brokenPromises(world: OutsideWorld, expected: Expected): Promise<readonly string[]> {
  const { service, router } = world;
  const state = await stateOf(world);
  const production = state.environments?.production ?? {};
  const pointer = JSON.parse((await ledgerFile(service, 'models/churn/env/production.json')) ?? '{}');
  const deployments = await clientOf(service).deployments.list('production');
  const issues = await listed<Issue>(world, '/issues?state=all&per_page=100');
  const should = (what: string, found: unknown, wanted: unknown): readonly string[] =>
    wanted === undefined || JSON.stringify(found) === JSON.stringify(wanted)
      ? []
      : [`${what}: expected ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}`];
  return [
    ...(await ledgerProblems(world)),
    ...(await outsideProblems(world, expected.twins ?? false)),
    ...should('current', production.current, expected.current),
    ...should('stable of the pointer', pointer.stable?.version, expected.current),
    ...should('canary of the pointer', pointer.canary, null),
    ...should('lease', production.lease, null),
    ...should('traffic', router.weights[expected.current], 100),
    ...should(
      'verified',
      versionsOf(state).flatMap(([version, verified]) => (verified ? [version] : [])),
      expected.verified,
    ),
    ...should(
      'quarantined',
      Object.values<{ version: string }>(state.quarantine ?? {}).map(({ version }) => version),
      expected.quarantined,
    ),
    ...deployments
      .filter(({ state: shown }) => !expected.stale && !FINAL.has(shown ?? ''))
      .map(({ task, state: shown }) => `the deployment ${task} was left ${shown}`),
    ...should(
      'deployments',
      deployments.map(({ task, state: shown }) => [task.split(':')[1], shown]),
      expected.deployments,
    ),
    ...should('incidents', issues.length, expected.incidents),
    ...should('dispatches', service.dispatches.length, expected.dispatches),
  ];
}
