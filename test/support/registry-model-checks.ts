import type { LedgerEvent } from '../../actions/lib/registry/events.ts';
import { DAY, type ReferenceModel } from './registry-model.ts';
import type { ModelWorld } from './registry-model-world.ts';

/** What was there before a step, to see that nothing of it went away. */
interface Before {
  readonly events: readonly LedgerEvent[];
}

const FINAL: ReadonlySet<string> = new Set(['success', 'inactive', 'failure', 'error']);

const twice = (values: readonly string[]): readonly string[] =>
  values.filter((value, index) => values.indexOf(value) !== index);

const differs = (what: string, found: unknown, wanted: unknown): readonly string[] =>
  JSON.stringify(found) === JSON.stringify(wanted)
    ? []
    : [`${what}: the documentation says ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}`];

const sorted = (entries: Iterable<readonly [string, unknown]>) =>
  [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));

/** Only appended, numbered without gaps, nothing twice, and no event under a fence that was passed: I1, I2 and I3. */
function chainProblems(before: readonly LedgerEvent[], events: readonly LedgerEvent[]): readonly string[] {
  const fences = events.flatMap(({ fence }) => fence ?? []);
  return [
    ...differs(
      'events that were there',
      events.slice(0, before.length).map(({ id }) => id),
      before.map(({ id }) => id),
    ),
    ...events.flatMap(({ seq }, index) =>
      seq === index + 1 ? [] : [`event ${index + 1} has the number ${seq}`],
    ),
    ...twice(events.map(({ id }) => id)).map((id) => `event ${id} is there twice`),
    ...fences.flatMap((fence, index) =>
      fence < (fences[index - 1] ?? 0) ? [`an event of fence ${fence} comes after ${fences[index - 1]}`] : [],
    ),
  ];
}

/** No rollout was asked for without a gate about these very bytes that passed within the week: I5. */
function evidenceProblems(events: readonly LedgerEvent[]): readonly string[] {
  return events.flatMap((event, index) => {
    if (event.type !== 'rollout.requested' || event.data.forced !== '') return [];
    const shown = events
      .slice(0, index)
      .some(
        (one) =>
          one.type === 'evidence.attached' &&
          one.digest === event.digest &&
          one.data.evidence.some(
            ({ verdict, created }) =>
              verdict === 'pass' && Date.parse(event.ts) - Date.parse(created) <= 7 * DAY,
          ),
      );
    return shown ? [] : [`the rollout of ${event.version} was asked for without evidence`];
  });
}

/** Where the ledger differs from what the documentation says of it. */
async function ledgerProblems(
  model: ReferenceModel,
  world: ModelWorld,
  before: readonly LedgerEvent[],
): Promise<readonly string[]> {
  const { state, events, environment, problem } = await world.ledger();
  const { rollout } = environment;
  const open = model.open();
  const pointer = await world.pointer();
  const verified = Object.entries(state.versions).flatMap(([version, { verified: where }]) =>
    where[world.environment] === undefined ? [] : version,
  );
  return [
    ...(problem === undefined ? [] : [`the ledger is not whole: ${problem}`]),
    ...chainProblems(before, events),
    ...evidenceProblems(events),
    ...differs(
      'versions',
      sorted(Object.entries(state.versions).map(([version, { digest }]) => [version, world.bytesOf(digest)])),
      sorted([...model.versions].map(([version, { bytes }]) => [version, bytes])),
    ),
    ...differs(
      'quarantine',
      Object.keys(state.quarantine).map(world.bytesOf).toSorted(),
      [...model.quarantine].toSorted(),
    ),
    ...differs('current', environment.current, model.current),
    ...differs(
      'served',
      environment.served.map(({ version }) => version),
      model.served,
    ),
    ...differs('verified', verified.toSorted(), [...model.verified.keys()].toSorted()),
    ...differs(
      'rollout',
      rollout && [rollout.version, rollout.previous, rollout.phase, rollout.step],
      model.rollout && [
        model.rollout.version,
        model.rollout.previous,
        model.rollout.phase,
        model.rollout.step,
      ],
    ),
    ...differs('lease', environment.lease, null),
    ...differs('stable of the pointer', pointer['stable']?.version ?? null, model.current),
    ...differs(
      'canary of the pointer',
      pointer['canary'] && [pointer['canary'].version, pointer['canary'].weight],
      open === undefined || open.weight === 0 ? null : [open.version, open.weight],
    ),
  ];
}

/** The router has the shares of the documentation, all of them, and its fences never went back: I4. */
function trafficProblems({ weights, current }: ReferenceModel, { router }: ModelWorld): readonly string[] {
  const shares = (all: Readonly<Record<string, number>>) =>
    sorted(Object.entries(all).filter(([, share]) => share > 0));
  const sum = Object.values(router.weights).reduce((total, share) => total + share, 0);
  const fences = router.changes.map(({ fence }) => fence);
  return [
    ...router.wrong,
    ...differs('traffic', shares(router.weights), shares(weights)),
    ...(sum === 100 || current === null ? [] : [`the shares of traffic add up to ${sum}`]),
    ...(fences.every((fence, index) => fence >= (fences[index - 1] ?? 0))
      ? []
      : [`fences went back: ${fences}`]),
  ];
}

/** One deployment a task, one issue an incident, one dispatch a request, and each shows how things stand: I7. */
async function mirrorProblems(model: ReferenceModel, world: ModelWorld): Promise<readonly string[]> {
  const deployments = await world.deployments();
  const issues = await world.issues();
  const { state } = await world.ledger();
  const told = Object.keys(state.outbox).length === 0;
  const open = issues.filter((issue) => issue.state === 'open').length;
  const serves = deployments.some((one) => one.state === 'success');
  const unfinished = deployments.filter((one) => !FINAL.has(one.state ?? '')).length;
  return [
    ...twice(deployments.map(({ task }) => task)).map((task) => `two deployments for ${task}`),
    ...differs('incidents', issues.length, model.incidents.length),
    ...differs('dispatches', world.dispatches(), model.retrains.length),
    ...(told
      ? [
          ...differs('open incidents', open, model.incidents.filter((one) => one.open).length),
          ...differs('whether a deployment serves', serves, model.current !== null),
          // That of a rollout which was superseded is ended with the next one.
          ...(unfinished === 0 || model.open() !== undefined
            ? []
            : [`${unfinished} deployments are under way`]),
        ]
      : []),
  ];
}

/** Every way in which the world is not as the documentation says. */
export const disagreements = async (
  model: ReferenceModel,
  world: ModelWorld,
  before: Before,
): Promise<readonly string[]> => [
  ...(await ledgerProblems(model, world, before.events)),
  ...trafficProblems(model, world),
  ...(await mirrorProblems(model, world)),
];
