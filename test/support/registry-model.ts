/** What traffic does in one step of a rollout: a share for so many hours, watched once an hour; or nothing, until somebody approves. */
type PlannedStep = { readonly weight: number; readonly hours: number } | 'approval';

/** The rollouts that histories are made of. */
export const PLANS = {
  short: [{ weight: 100, hours: 0 }],
  long: [
    { weight: 10, hours: 1 },
    { weight: 50, hours: 2 },
    { weight: 100, hours: 1 },
  ],
  approved: [{ weight: 20, hours: 1 }, 'approval', { weight: 100, hours: 1 }],
} as const satisfies Readonly<Record<string, readonly PlannedStep[]>>;

export type PlanName = keyof typeof PLANS;
export type Health = 'good' | 'bad' | 'silent';
/** What a gate document given with a model says. */
export type Gate = 'passes' | 'fails' | 'of another model' | 'too old' | 'none';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** From the request of a rollout to when it pauses. */
const DEADLINE = 3 * DAY;

/** How a step ends: its output `status`, or the code of the error, and its verdict. */
export interface Ending {
  readonly status: string;
  readonly verdict: string;
}

export interface Offer {
  /** `auto:patch`, or an exact version. */
  readonly version: string;
  readonly bytes: string;
  readonly gate: Gate;
  readonly force: boolean;
}

interface Retreat {
  readonly to: string;
  readonly ifServing: string;
  readonly quarantine: boolean;
  readonly retrain: boolean;
  readonly force: boolean;
}

interface ModelRollout {
  readonly version: string;
  readonly previous: string | null;
  readonly plan: PlanName;
  readonly deadline: number;
  readonly approved: Set<number>;
  phase: 'running' | 'paused' | 'rolled-back' | 'aborted' | 'superseded' | 'completed';
  /** A person wants it to stand still. */
  held: boolean;
  /** From 1; 0 before the first. */
  step: number;
  applied: boolean;
  weight: number;
  since: number;
  measured: number | null;
  doubtful: boolean;
}

const ending = (status: string, verdict: string): Ending => ({ status, verdict });
const REFUSED = ending('refused', 'fail');

/** `1.2.3` as a number that sorts as versions do. */
const rank = (version: string): number =>
  version.split('.').reduce((sum, part) => sum * 1_000 + Number(part), 0);

const nextPatch = (versions: readonly string[]): string => {
  const highest = versions.toSorted((a, b) => rank(b) - rank(a))[0] ?? '0.0.0';
  const [major, minor, patch] = highest.split('.').map(Number);
  return `${major}.${minor}.${Number(patch) + 1}`;
};

/**
 * What the READMEs of promote-model and rollback promise about one model in one environment, and nothing of how it is
 * done: no ledger, no lease, no event. Times are milliseconds since 1970.
 */
export class ReferenceModel {
  now = 0;
  readonly versions = new Map<string, { readonly bytes: string; evidence: number | null }>();
  readonly quarantine = new Set<string>();
  readonly health = new Map<string, Health>();
  current: string | null = null;
  /** Newest first. */
  served: string[] = [];
  readonly verified = new Map<string, number>();
  rollout: ModelRollout | null = null;
  /** Shares of traffic; what has none is not there. */
  weights: Readonly<Record<string, number>> = {};
  readonly incidents: { readonly bytes: string; open: boolean; asked: boolean }[] = [];
  readonly retrains: number[] = [];
  lastRetreat: number | null = null;

  open(): ModelRollout | undefined {
    const { rollout } = this;
    return rollout?.phase === 'running' || rollout?.phase === 'paused' ? rollout : undefined;
  }

  /** Whether the rollout under way stands at an approval that nobody has given. */
  awaitsApproval(): boolean {
    const open = this.open();
    return (
      open?.phase === 'running' &&
      PLANS[open.plan][open.step - 1] === 'approval' &&
      !open.approved.has(open.step)
    );
  }

  bytesOf(version: string | null): string | undefined {
    return this.versions.get(version ?? '')?.bytes;
  }

  register(offer: Offer): Ending {
    const admitted = this.#admit(offer);
    if (admitted === undefined) return REFUSED;
    admitted.record();
    return ending('registered', 'pass');
  }

  promote(offer: Offer, plan: PlanName): Ending {
    const admitted = this.#admit(offer);
    if (admitted === undefined) return REFUSED;
    const { version } = admitted;
    const open = this.open();
    if (open === undefined && this.current === version) return ending('noop', 'pass');
    if (this.current === version) return REFUSED;
    if (open?.held && !offer.force) return REFUSED;
    admitted.record();
    if (open?.version === version && open.plan === plan && this.now < open.deadline) this.#takeUp(open);
    else this.#begin(version, plan);
    return this.#advance();
  }

  tick(reason: string): Ending {
    const open = this.open();
    if (open === undefined) return ending('noop', 'pass');
    const overdue = this.now >= open.deadline;
    if (open.phase === 'paused') {
      if (reason === '') return ending('paused', 'warn');
      if (overdue) return REFUSED;
      this.#takeUp(open);
    }
    return this.#advance();
  }

  approve(): Ending {
    const open = this.open();
    if (open?.approved.has(open.step)) return ending('noop', 'pass');
    if (open === undefined || !this.awaitsApproval()) return REFUSED;
    open.approved.add(open.step);
    return this.#advance();
  }

  pause(): Ending {
    const open = this.open();
    if (open === undefined) return REFUSED;
    if (open.phase !== 'paused') open.held = true;
    open.phase = 'paused';
    return ending('paused', 'pass');
  }

  abort(): Ending {
    const open = this.open();
    if (open === undefined) return this.rollout?.phase === 'aborted' ? ending('noop', 'pass') : REFUSED;
    this.#giveBack(open, 'aborted');
    return ending('aborted', 'pass');
  }

  rollBack({ to, ifServing, quarantine, force }: Retreat): Ending {
    const open = this.open();
    const from = ifServing || open?.version || this.current;
    if (from === null) return ending('failed', 'fail');
    // Without a ledger it asks elsewhere what served, and says so.
    if (this.current !== from && open?.version !== from)
      return ending('noop', this.versions.size === 0 ? 'warn' : 'pass');
    if (open === undefined && this.#needsNothing(to, ifServing)) return ending('noop', 'pass');
    const target = this.#target(to, this.bytesOf(from) ?? '', force);
    if (target === undefined) return ending('failed', 'fail');
    if (quarantine) this.quarantine.add(this.bytesOf(from) ?? '');
    if (force) this.quarantine.delete(this.bytesOf(target) ?? '');
    this.#putBack(from, target);
    return ending('rolled-back', 'pass');
  }

  /** After a rollback: why no retraining is asked for because of these bytes; empty when it is. */
  retrain(bytes: string): string {
    const incident = this.incidents.find((one) => one.open && one.bytes === bytes);
    if (incident?.asked) return 'duplicate';
    const last = this.retrains.at(-1);
    if (last !== undefined && this.now < last + DAY) return 'cooldown';
    if (this.retrains.filter((at) => at > this.now - 7 * DAY).length >= 3) return 'budget';
    this.retrains.push(this.now);
    if (incident !== undefined) incident.asked = true;
    return '';
  }

  /** The version that bytes are, or would get. */
  versionOf({ version: wish, bytes }: Pick<Offer, 'version' | 'bytes'>): string {
    const names = [...this.versions].filter(([, one]) => one.bytes === bytes).map(([name]) => name);
    const known = names.toSorted((a, b) => rank(b) - rank(a))[0];
    return wish === 'auto:patch' ? (known ?? nextPatch([...this.versions.keys()])) : wish;
  }

  /** The version of an offer, if it may be taken; and how that is put down. */
  #admit(offer: Offer) {
    const { bytes, gate, force } = offer;
    const version = this.versionOf(offer);
    const before = this.versions.get(version);
    const earlier = before?.evidence ?? null;
    const evident =
      gate === 'passes' || (gate === 'none' && earlier !== null && this.now - earlier <= 7 * DAY);
    if (before !== undefined && before.bytes !== bytes) return undefined;
    if (!force && (!evident || this.quarantine.has(bytes))) return undefined;
    const record = (): void => {
      this.quarantine.delete(bytes);
      this.versions.set(version, { bytes, evidence: gate === 'passes' ? this.now - HOUR : earlier });
    };
    return { version, record };
  }

  #begin(version: string, plan: PlanName): void {
    const open = this.open();
    if (open !== undefined) open.phase = 'superseded';
    const { current: previous, now } = this;
    const fresh = {
      phase: 'running',
      held: false,
      step: 0,
      applied: false,
      weight: 0,
      measured: null,
      doubtful: false,
    } as const;
    this.rollout = {
      ...fresh,
      version,
      previous,
      plan,
      deadline: now + DEADLINE,
      approved: new Set(),
      since: now,
    };
    this.lastRetreat = null;
  }

  /** What was measured before a pause does not count any more. */
  #takeUp(open: ModelRollout): void {
    if (open.phase === 'paused') Object.assign(open, { measured: null, doubtful: false });
    open.phase = 'running';
    open.held = false;
  }

  #advance(): Ending {
    const open = this.open();
    if (open === undefined) throw new Error('there is no rollout to go on with');
    const steps: readonly PlannedStep[] = PLANS[open.plan];
    for (let number = Math.max(1, open.step); number <= steps.length; number++) {
      if (this.now >= open.deadline) return this.#hold(open);
      const step = steps[number - 1] ?? 'approval';
      const went = step === 'approval' ? this.#await(open, number) : this.#bake(open, number, step);
      if (went !== undefined) return went;
    }
    open.phase = 'completed';
    this.#serve(open.version);
    this.verified.set(open.version, this.now);
    for (const incident of this.incidents) incident.open = false;
    return ending('completed', 'pass');
  }

  #hold(open: ModelRollout): Ending {
    open.phase = 'paused';
    return ending('paused', 'inconclusive');
  }

  #await(open: ModelRollout, number: number): Ending | undefined {
    if (open.step !== number) Object.assign(open, { step: number, applied: false });
    return open.approved.has(number) ? undefined : ending('waiting', 'pass');
  }

  /** A share of traffic for some hours: `undefined` when they passed well. */
  #bake(open: ModelRollout, number: number, step: Exclude<PlannedStep, 'approval'>): Ending | undefined {
    if (open.step !== number || !open.applied) this.#shift(open, number, step.weight);
    const end = open.since + step.hours * HOUR;
    if (step.hours === 0) return undefined;
    while (open.measured === null || open.measured < end) {
      const seen = open.measured === null ? 0 : Math.floor((open.measured - open.since) / HOUR);
      if (this.now < open.since + (seen + 1) * HOUR) return ending('waiting', 'pass');
      open.measured = this.now;
      const health = this.health.get(open.version) ?? 'good';
      if (health === 'bad') return this.#condemn(open);
      open.doubtful ||= health === 'silent';
    }
    return open.doubtful ? this.#hold(open) : undefined;
  }

  #shift(open: ModelRollout, step: number, weight: number): void {
    const fresh = { since: this.now, measured: null, doubtful: false };
    Object.assign(open, { step, applied: true, weight, ...fresh });
    const rest = open.previous === null ? {} : { [open.previous]: 100 - weight };
    this.weights = { ...rest, [open.version]: weight };
  }

  #condemn(open: ModelRollout): Ending {
    const bytes = this.bytesOf(open.version) ?? '';
    // Bytes that go on serving under another version are not judged.
    if (bytes !== this.bytesOf(open.previous)) {
      this.quarantine.add(bytes);
      this.#believeNoLonger(bytes);
    }
    this.#giveBack(open, 'rolled-back');
    return ending('rolled-back', 'fail');
  }

  #giveBack(open: ModelRollout, phase: 'rolled-back' | 'aborted'): void {
    open.phase = phase;
    this.weights = open.previous === null ? {} : { [open.previous]: 100 };
    this.lastRetreat = this.now;
  }

  #believeNoLonger(bytes: string): void {
    for (const [version, one] of this.versions) if (one.bytes === bytes) this.verified.delete(version);
  }

  #putBack(from: string, target: string): void {
    this.#believeNoLonger(this.bytesOf(from) ?? '');
    const open = this.open();
    if (open !== undefined) open.phase = 'superseded';
    if (this.rollout?.version === from) this.rollout.phase = 'rolled-back';
    this.#serve(target);
    this.weights = { [target]: 100 };
    this.lastRetreat = this.now;
    this.#openIncident(this.bytesOf(from) ?? '');
  }

  #serve(version: string): void {
    if (this.current !== version) this.served.unshift(version);
    this.current = version;
  }

  /** That version serves already, or somebody has just gone back and this one does not say that it wants to go further. */
  #needsNothing(to: string, ifServing: string): boolean {
    const exact = /^\d/.test(to);
    const justNow = this.lastRetreat !== null && this.now < this.lastRetreat + 5 * MINUTE;
    return to === this.current || (justNow && ifServing === '' && !exact);
  }

  #target(to: string, bad: string, force: boolean): string | undefined {
    const newestFirst = [...this.verified].toSorted(([, a], [, b]) => b - a).map(([version]) => version);
    // While the bad one is rolled out, what has the rest of traffic is nearest.
    const nearest =
      this.current !== null && this.bytesOf(this.open()?.version ?? null) === bad ? [this.current] : [];
    const wanted = { 'last-known-good': [...nearest, ...newestFirst], previous: this.served }[to] ?? [to];
    return wanted.find((version) => {
      const bytes = this.bytesOf(version);
      return bytes !== undefined && bytes !== bad && (force || !this.quarantine.has(bytes));
    });
  }

  #openIncident(bytes: string): void {
    if (!this.incidents.some((one) => one.open && one.bytes === bytes))
      this.incidents.push({ bytes, open: true, asked: false });
  }
}
