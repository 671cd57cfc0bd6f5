import type { Digest } from '../digest.ts';
import { incompatibility } from './signature.ts';
import { entryOf, environmentOf, type LedgerState, openRollout } from './state.ts';

/** Where to go back to. */
export type TargetWish =
  | { readonly kind: 'last-known-good' }
  | { readonly kind: 'previous' }
  | { readonly kind: 'exact'; readonly version: string };

/** A version that was considered: chosen, or why not. */
export interface Candidate {
  readonly version: string;
  /** `null` for a version that is not registered. */
  readonly digest: Digest | null;
  readonly chosen: boolean;
  readonly reason: string;
}

export interface TargetChoice {
  readonly target: string | undefined;
  readonly candidates: readonly Candidate[];
}

/** What else speaks for or against versions, beside what the ledger says of them. */
export interface TargetLimits {
  /** Versions that the user wants passed over. */
  readonly skip: readonly string[];
  /** An exact version may be in quarantine. */
  readonly force: boolean;
  readonly allowIncompatible: boolean;
  /** The version whose callers must go on working; absent when that is not known. */
  readonly callersOf?: string | undefined;
  /** Versions that were looked at and will not do, and why: `has lost its files`. */
  readonly unfit: ReadonlyMap<string, string>;
  /** What is to be said of versions that may be chosen all the same. */
  readonly notes: ReadonlyMap<string, string>;
}

const NO_LIMITS: TargetLimits = {
  skip: [],
  force: false,
  allowIncompatible: false,
  unfit: new Map(),
  notes: new Map(),
};

type Ranked = readonly { readonly version: string; readonly because: string }[];

/** Versions that passed their whole rollout here, newest first; then those that never did. */
function byVerification(state: LedgerState, environment: string): Ranked {
  const verifiedAt = (version: string): string =>
    entryOf(entryOf(state.versions, version)?.verified ?? {}, environment) ?? '';
  return Object.keys(state.versions)
    .sort((a, b) => {
      const [left, right] = [verifiedAt(a), verifiedAt(b)];
      return left === right ? (a < b ? 1 : -1) : left < right ? 1 : -1;
    })
    .map((version) => ({
      version,
      because: verifiedAt(version) && `passed its whole rollout in ${environment} at ${verifiedAt(version)}`,
    }));
}

/** The version that has the rest of traffic while the bad one is rolled out: to go back there changes the least. */
function restOfTraffic({ state, environment: name, bad }: Question): Ranked {
  const environment = environmentOf(state, name);
  const { current } = environment;
  return current !== null && openRollout(environment)?.digest === bad
    ? [{ version: current, because: `has the rest of the traffic of ${name}` }]
    : [];
}

/** Versions that served here, newest first, each once. */
function byService(state: LedgerState, environment: string): Ranked {
  const ranked = new Map<string, string>();
  for (const { version, since } of environmentOf(state, environment).served)
    if (!ranked.has(version)) ranked.set(version, `served ${environment} from ${since}`);
  return [...ranked].map(([version, because]) => ({ version, because }));
}

function rank(question: Question): Ranked {
  const { state, environment, wish } = question;
  switch (wish.kind) {
    case 'last-known-good': {
      const first = restOfTraffic(question);
      const others = byVerification(state, environment);
      return [...first, ...others.filter(({ version }) => version !== first[0]?.version)];
    }
    case 'previous':
      return byService(state, environment);
    case 'exact':
      return [{ version: wish.version, because: 'was asked for by its number' }];
    default:
      return wish satisfies never;
  }
}

/** What one decision is about. */
interface Question {
  readonly state: LedgerState;
  readonly environment: string;
  readonly wish: TargetWish;
  readonly bad: Digest | undefined;
  readonly limits: TargetLimits;
}

/** Why callers would not get on with a version; what most of them get answers from now is always right for them. */
function misfit({ state, environment, limits }: Question, version: string): string | undefined {
  if (limits.allowIncompatible || environmentOf(state, environment).current === version) return undefined;
  const serving = entryOf(state.versions, limits.callersOf ?? '')?.signature ?? null;
  const problem = incompatibility(serving, entryOf(state.versions, version)?.signature ?? null);
  return (
    problem &&
    `is not compatible with what callers of ${limits.callersOf} use: it ${problem}; allow-incompatible overrides this`
  );
}

function quarantineOf({ state }: Question, digest: Digest): string | undefined {
  const quarantine = entryOf(state.quarantine, digest);
  if (quarantine !== undefined) return `is in quarantine since ${quarantine.since}: ${quarantine.reason}`;
  return undefined;
}

function objection(question: Question, version: string, because: string): string | undefined {
  const { state, environment, wish, bad, limits } = question;
  const digest = entryOf(state.versions, version)?.digest;
  if (digest === undefined) return 'is not registered';
  const unfit = limits.unfit.get(version);
  if (unfit !== undefined) return unfit;
  if (digest === bad) return 'holds the bytes that are rolled back';
  const forced = limits.force && wish.kind === 'exact';
  const kept = forced ? undefined : quarantineOf(question, digest);
  if (kept) return kept;
  if (limits.skip.includes(version)) return 'is named in skip-versions';
  if (because === '')
    return `never passed its whole rollout in ${environment}, or was rolled back from there since`;
  return misfit(question, version);
}

/** What people should know of a version that was chosen. */
function remarks(question: Question, version: string, because: string): string {
  const { state, limits } = question;
  const { digest, signature } = entryOf(state.versions, version) ?? { digest: undefined, signature: null };
  const forced = digest && quarantineOf(question, digest);
  const unknownSignature =
    limits.callersOf !== undefined &&
    (signature === null || (entryOf(state.versions, limits.callersOf)?.signature ?? null) === null);
  return [
    because,
    forced && `${forced}; it is forced`,
    limits.notes.get(version),
    unknownSignature && 'whether callers get on with it is not known: a signature is missing',
  ]
    .filter((text) => typeof text === 'string' && text !== '')
    .join('; ');
}

/**
 * The version to go back to, and what was thought of every candidate. Last known good: the newest that passed its
 * whole rollout in this environment and was not rolled back from there since, is not in quarantine, not the bad one, not to be skipped, where it should be, and
 * such that callers get on with it; while the bad one is still being rolled out, before all others the version that has
 * the rest of traffic. Previous: what served before, verified or not. Exact: that version, with the same
 * rules, of which quarantine and compatibility can be overridden.
 */
export function chooseTarget(
  state: LedgerState,
  environment: string,
  wish: TargetWish,
  bad: Digest | undefined,
  limits: TargetLimits = NO_LIMITS,
): TargetChoice {
  const question = { state, environment, wish, bad, limits };
  let target: string | undefined;
  const candidates: Candidate[] = [];
  for (const { version, because } of rank(question)) {
    const problem = objection(question, version, because);
    const chosen = problem === undefined && target === undefined;
    if (chosen) target = version;
    candidates.push({
      version,
      digest: entryOf(state.versions, version)?.digest ?? null,
      chosen,
      reason: problem ?? (chosen ? remarks(question, version, because) : `is good, but ${target} is newer`),
    });
  }
  return { target, candidates };
}
