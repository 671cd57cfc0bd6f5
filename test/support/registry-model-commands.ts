import fc from 'fast-check';
import {
  type Ending,
  type Gate,
  type Health,
  MINUTE,
  type Offer,
  type PlanName,
  type ReferenceModel,
} from './registry-model.ts';
import { disagreements } from './registry-model-checks.ts';
import {
  BRANCH,
  BYTES,
  gateText,
  type Loss,
  type ModelWorld,
  type RealEnding,
  rolloutText,
  type Step,
} from './registry-model-world.ts';

/** What somebody does with the actions. Versions are named by the part they play, and looked up when it is done. */
type Deed =
  | { readonly kind: 'register'; readonly offer: Offer }
  | { readonly kind: 'promote'; readonly offer: Offer; readonly plan: PlanName }
  | { readonly kind: 'tick' | 'approve' | 'pause' | 'abort' | 'go on with a reason' }
  | {
      readonly kind: 'roll back';
      readonly to: 'last-known-good' | 'previous' | 'oldest' | 'newest' | 'unknown';
      readonly ifServing: '' | 'current' | 'canary' | 'stale';
      readonly quarantine: boolean;
      readonly retrain: boolean;
      readonly force: boolean;
    };

interface Expected extends Ending {
  readonly retrain?: string;
}

type RollBack = Extract<Deed, { kind: 'roll back' }>;

/** A wish for a way back with the versions that it means now. */
function retreatOf(model: ReferenceModel, { to, ifServing, quarantine, retrain, force }: RollBack) {
  const names = [...model.versions.keys()];
  const target = { oldest: names[0] ?? '9.9.9', newest: names.at(-1) ?? '9.9.9', unknown: '9.9.9' };
  const serving = {
    '': '',
    current: model.current ?? '',
    canary: model.open()?.version ?? '',
    stale: '8.8.8',
  };
  const exact = to === 'oldest' || to === 'newest' || to === 'unknown';
  return {
    to: exact ? target[to] : to,
    ifServing: serving[ifServing],
    quarantine,
    retrain,
    force: force && exact,
  };
}

/** What the documentation says comes of a deed; the model is then as it says. */
function foretell(model: ReferenceModel, deed: Deed, ledger: 'whole' | 'changed' = 'whole'): Expected {
  switch (deed.kind) {
    case 'register':
      return model.register(deed.offer);
    case 'promote':
      return model.promote(deed.offer, deed.plan);
    case 'tick':
      return model.tick('');
    case 'go on with a reason':
      return model.tick('somebody has looked');
    case 'roll back': {
      const retreat = retreatOf(model, deed);
      const bad = model.bytesOf(retreat.ifServing || model.open()?.version || model.current) ?? '';
      const ending = model.rollBack(retreat);
      const asks = ending.status === 'rolled-back' && deed.retrain && ledger === 'whole';
      return asks ? { ...ending, retrain: model.retrain(bad) } : ending;
    }
    default:
      return model[deed.kind]();
  }
}

const offered = ({ version, bytes, gate, force }: Offer, now: number) => {
  const text = gateText(bytes, gate, now);
  return {
    files: { 'model.onnx': bytes, ...(text === undefined ? {} : { 'gate.json': text }) },
    inputs: {
      model: 'model.onnx',
      version,
      ...(text === undefined ? {} : { evidence: 'gate.json' }),
      ...(force ? { force: 'true', reason: 'somebody knows better' } : {}),
    },
  };
};

/** The step of a workflow that does a deed. */
function stepOf(model: ReferenceModel, deed: Deed): Omit<Step, 'run' | 'now'> {
  const action = deed.kind === 'roll back' ? 'rollback' : 'promote-model';
  switch (deed.kind) {
    case 'register': {
      const { files, inputs } = offered(deed.offer, model.now);
      return { action, files, inputs: { operation: 'register', ...inputs } };
    }
    case 'promote': {
      const { files, inputs } = offered(deed.offer, model.now);
      const rollout = { 'rollout.yml': rolloutText(deed.plan) };
      return { action, files: { ...files, ...rollout }, inputs: { ...inputs, rollout: 'rollout.yml' } };
    }
    case 'roll back': {
      const { to, ifServing, quarantine, retrain, force } = retreatOf(model, deed);
      return {
        action,
        inputs: {
          reason: 'it is worse',
          to,
          'if-serving': ifServing,
          quarantine: String(quarantine),
          force: String(force),
          ...(retrain ? { retrain: 'workflow_dispatch', 'retrain-workflow': 'train.yml' } : {}),
        },
      };
    }
    case 'tick':
      return { action, inputs: { operation: 'resume' } };
    case 'go on with a reason':
      return { action, inputs: { operation: 'resume', reason: 'somebody has looked' } };
    default:
      return { action, inputs: { operation: deed.kind, reason: 'somebody wants it' } };
  }
}

/** Exit code, outputs and document say the same, and that is what was to come: I9. */
function endingProblems(real: RealEnding, expected: Expected): readonly string[] {
  const { status, verdict, message, document, output } = real;
  const shown = `${status} (${verdict || 'no verdict'}: ${message})`;
  const skipped = output('retrain-skipped').split(':')[0];
  return [
    ...(status === expected.status && verdict === expected.verdict
      ? []
      : [
          `the documentation says ${expected.status} (${expected.verdict || 'no verdict'}), it ended ${shown}`,
        ]),
    ...(expected.retrain === undefined || skipped === expected.retrain
      ? []
      : [`retraining: the documentation says "${expected.retrain}", found "${output('retrain-skipped')}"`]),
    ...(document === undefined || document['verdict'] === verdict
      ? []
      : [`the document says ${document['verdict']}, the step ${verdict}`]),
    ...(document === undefined || output('status') === '' || output('status') === document['status']
      ? []
      : [`the document says ${document['status']}, the outputs ${output('status')}`]),
  ];
}

const words = (value: unknown): string =>
  JSON.stringify(value)
    .replace(/^\{"kind":"([^"]*)",?/, '$1 {')
    .replaceAll('"', '')
    .replace(/ \{\}$/, '');

/** In what cases a deed is worth doing. */
type When = (model: Readonly<ReferenceModel>) => boolean;
const always: When = () => true;
const underWay: When = (model) => model.open() !== undefined;
const awaited: When = (model) => model.awaitsApproval();

abstract class Chapter implements fc.AsyncCommand<ReferenceModel, ModelWorld> {
  check(_model: Readonly<ReferenceModel>): boolean {
    return true;
  }

  async run(model: ReferenceModel, world: ModelWorld): Promise<void> {
    model.now += MINUTE;
    const { events } = await world.ledger();
    const problems = [
      ...(await this.happen(model, world)),
      ...(await disagreements(model, world, { events })),
    ];
    if (problems.length > 0) throw new Error(problems.join('\n'));
  }

  protected abstract happen(model: ReferenceModel, world: ModelWorld): Promise<readonly string[]>;
  abstract toString(): string;
}

/** One run of an action from its beginning to its end. */
class Whole extends Chapter {
  readonly #deed: Deed;
  readonly #when: When;
  constructor(deed: Deed, when: When = always) {
    super();
    this.#deed = deed;
    this.#when = when;
  }

  override check = (model: Readonly<ReferenceModel>): boolean => this.#when(model);

  protected async happen(model: ReferenceModel, world: ModelWorld): Promise<readonly string[]> {
    const step = { ...stepOf(model, this.#deed), run: ++world.runs, now: model.now };
    return endingProblems(await world.step(step), foretell(model, this.#deed));
  }

  toString = (): string => words(this.#deed);
}

/** A run that is lost on the way, or right after its end, and started again: as if nothing had been (I8). */
class Lost extends Chapter {
  readonly #deed: Deed;
  readonly #loss: Loss;
  readonly #when: When;
  constructor(deed: Deed, loss: Loss, when: When = always) {
    super();
    this.#deed = deed;
    this.#loss = loss;
    this.#when = when;
  }

  override check = (model: Readonly<ReferenceModel>): boolean => this.#when(model);

  protected async happen(model: ReferenceModel, world: ModelWorld): Promise<readonly string[]> {
    const step = { ...stepOf(model, this.#deed), run: ++world.runs, now: model.now };
    const first = await world.step({ ...step, loss: this.#loss });
    const expected = foretell(model, this.#deed);
    const changes = world.router.changes.length;
    const again = await world.step({ ...step, attempt: 2 });
    const more = world.router.changes.length - changes;
    return [
      ...(first.lost ? [] : endingProblems(first, expected)),
      ...(again.verdict === '' ? [`the second attempt ended ${again.status} (${again.message})`] : []),
      ...(first.lost || more === 0 ? [] : [`the second attempt changed traffic ${more} times`]),
    ];
  }

  toString = (): string =>
    `lost ${this.#loss.when} effect ${this.#loss.nth} and run again: ${words(this.#deed)}`;
}

/** Somebody changes the ledger behind our back, a run meets it, and the branch is put back. */
class Tampered extends Chapter {
  readonly #deed: Deed;
  constructor(deed: Deed) {
    super();
    this.#deed = deed;
  }

  override check(model: Readonly<ReferenceModel>): boolean {
    return model.current !== null;
  }

  protected async happen(model: ReferenceModel, world: ModelWorld): Promise<readonly string[]> {
    const { repository, router } = world;
    const ref = `refs/heads/${BRANCH}`;
    const tip = (await repository.resolve(ref)) ?? '';
    const path = `models/${world.model}/state.json`;
    const text = (
      await repository.read((await repository.resolve(`${tip}:${path}`)) ?? '', 'blob')
    ).toString();
    const edited = await repository.commitFiles(
      BRANCH,
      { [path]: text.replace(/"fence":\s*\d+/, '"fence": 999') },
      'Edit',
    );
    const changes = router.changes.length;
    const step = { ...stepOf(model, this.#deed), run: ++world.runs, now: model.now };
    const verified = await world.step({
      action: 'promote-model',
      inputs: { operation: 'verify-ledger' },
      run: ++world.runs,
      now: model.now,
    });
    const met = await world.step(step);
    const moved = (await repository.resolve(ref)) !== edited;
    await repository.moveRef(ref, tip, edited);
    const problems = [
      ...(verified.verdict === 'fail'
        ? []
        : [`verify-ledger says ${verified.verdict} of a ledger that was edited`]),
      ...(moved ? ['a ledger that was edited was written to'] : []),
    ];
    if (this.#deed.kind !== 'roll back')
      return [
        ...problems,
        ...endingProblems(met, { status: 'ledger-tampered', verdict: '' }),
        ...(router.changes.length === changes ? [] : ['traffic was changed']),
      ];
    const foretold = foretell(model, this.#deed, 'changed');
    const loud = foretold.verdict === 'pass' ? { ...foretold, verdict: 'warn' } : foretold;
    if (foretold.status !== 'rolled-back') return [...problems, ...endingProblems(met, loud)];
    const taken = await world.step({
      action: 'promote-model',
      inputs: { operation: 'import', import: 'rollback.json', reason: 'the ledger is whole again' },
      files: { 'rollback.json': JSON.stringify(met.document) },
      run: ++world.runs,
      now: model.now,
    });
    return [
      ...problems,
      ...endingProblems(met, loud),
      ...endingProblems(taken, { status: 'imported', verdict: 'pass' }),
    ];
  }

  toString = (): string => `with an edited ledger, then mended: ${words(this.#deed)}`;
}

class Wait extends Chapter {
  readonly #minutes: number;
  constructor(minutes: number) {
    super();
    this.#minutes = minutes;
  }
  protected async happen(model: ReferenceModel): Promise<readonly string[]> {
    model.now += this.#minutes * MINUTE;
    return [];
  }
  toString = (): string => `wait ${this.#minutes} minutes`;
}

/** What the monitor says of the version under way changes. */
class Turn extends Chapter {
  readonly #health: Health;
  constructor(health: Health) {
    super();
    this.#health = health;
  }
  override check(model: Readonly<ReferenceModel>): boolean {
    return model.open() !== undefined;
  }
  protected async happen(model: ReferenceModel, world: ModelWorld): Promise<readonly string[]> {
    const version = model.open()?.version ?? '';
    model.health.set(version, this.#health);
    world.health.set(version, this.#health);
    return [];
  }
  toString = (): string => `the metrics turn ${this.#health}`;
}

const often = <T>(value: T, weight: number) => ({ arbitrary: fc.constant(value), weight });

const offers: fc.Arbitrary<Offer> = fc.record({
  version: fc.oneof(often('auto:patch', 4), fc.constantFrom('1.0.0', '1.1.0')),
  bytes: fc.constantFrom(...BYTES),
  gate: fc.oneof(
    often<Gate>('passes', 6),
    fc.constantFrom<Gate>('fails', 'of another model', 'too old', 'none'),
  ),
  force: fc.oneof(often(false, 7), often(true, 1)),
});

const promotions: fc.Arbitrary<Deed> = fc.record({
  kind: fc.constant('promote'),
  offer: offers,
  plan: fc.constantFrom<PlanName>('short', 'long', 'approved'),
});

const retreats: fc.Arbitrary<Deed> = fc.record({
  kind: fc.constant('roll back'),
  to: fc.oneof(
    often('last-known-good' as const, 4),
    fc.constantFrom('previous', 'oldest', 'newest', 'unknown'),
  ),
  ifServing: fc.oneof(often('' as const, 4), fc.constantFrom('current', 'canary', 'stale')),
  quarantine: fc.oneof(often(true, 3), often(false, 1)),
  retrain: fc.boolean(),
  force: fc.oneof(often(false, 3), often(true, 1)),
});

const controls: fc.Arbitrary<Deed> = fc
  .constantFrom('tick', 'approve', 'pause', 'abort', 'go on with a reason')
  .map((kind) => ({ kind }) as Deed);

const deeds: fc.Arbitrary<Deed> = fc.oneof(
  { arbitrary: promotions, weight: 5 },
  { arbitrary: retreats, weight: 2 },
  { arbitrary: controls, weight: 4 },
  { arbitrary: offers.map((offer): Deed => ({ kind: 'register', offer })), weight: 1 },
);

const losses: fc.Arbitrary<Loss> = fc.record({
  nth: fc.integer({ min: 1, max: 14 }),
  when: fc.constantFrom('before', 'after'),
});

const unforced = deeds.filter((deed) => !('offer' in deed && deed.offer.force));
const ticks = fc.constant<Deed>({ kind: 'tick' });
const waits = fc.oneof(often(65, 5), fc.constantFrom(25, 300, 4 * 1_440)).map((minutes) => new Wait(minutes));

const offer = (bytes: string, gate: Gate = 'passes', force = false): Offer => ({
  version: 'auto:patch',
  bytes,
  gate,
  force,
});
const promoting = (plan: PlanName, ...given: Parameters<typeof offer>): Deed => ({
  kind: 'promote',
  offer: offer(...given),
  plan,
});

/** Histories in which the actions once did something else than their documentation says. */
export const TOLD: Readonly<Record<string, () => readonly Chapter[]>> = {
  'a gate that was forced past does not count the next time': () => [
    new Whole(promoting('short', 'A')),
    new Whole({ kind: 'register', offer: offer('B', 'fails', true) }),
    new Whole(promoting('short', 'B', 'none')),
  ],
  'an approval that was lost before it went on goes on when it is run again': () => [
    new Whole(promoting('approved', 'A')),
    new Wait(65),
    new Whole({ kind: 'tick' }),
    new Lost({ kind: 'approve' }, { nth: 2, when: 'before' }),
  ],
  'what serves is not rolled out against itself while another version is under way': () => [
    new Whole(promoting('short', 'A')),
    new Whole(promoting('long', 'B')),
    new Whole(promoting('long', 'A')),
  ],
  'the bytes under way are rolled out anew under another version': () => [
    new Whole(promoting('short', 'A')),
    new Whole(promoting('long', 'B')),
    new Whole({ kind: 'promote', plan: 'long', offer: { ...offer('B'), version: '1.0.0' } }),
  ],
};

/** Histories of a model: whatever people, schedules, monitors and accidents do to it, in any order. */
export const histories = (most: number) =>
  fc.commands<ReferenceModel, ModelWorld, false>(
    [
      deeds.map((deed) => new Whole(deed)),
      promotions.map((deed) => new Whole(deed)),
      ticks.map((deed) => new Whole(deed, underWay)),
      ticks.map((deed) => new Whole(deed, underWay)),
      fc.constant(new Whole({ kind: 'approve' }, awaited)),
      waits,
      waits,
      fc
        .oneof(often<Health>('bad', 2), fc.constantFrom<Health>('good', 'silent'))
        .map((health) => new Turn(health)),
      fc.tuple(unforced, losses).map(([deed, loss]) => new Lost(deed, loss)),
      fc.tuple(ticks, losses).map(([deed, loss]) => new Lost(deed, loss, underWay)),
      losses.map((loss) => new Lost({ kind: 'approve' }, loss, awaited)),
      fc.oneof(promotions, retreats).map((deed) => new Tampered(deed)),
    ],
    { maxCommands: most, size: 'max' },
  );
