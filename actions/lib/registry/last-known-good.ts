import type { Digest } from '../digest.ts';
import { entryOf, environmentOf, type LedgerState } from './state.ts';

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

/** Versions that served here, newest first, each once. */
function byService(state: LedgerState, environment: string): Ranked {
  const ranked = new Map<string, string>();
  for (const { version, since } of environmentOf(state, environment).served)
    if (!ranked.has(version)) ranked.set(version, `served ${environment} from ${since}`);
  return [...ranked].map(([version, because]) => ({ version, because }));
}

function rank(state: LedgerState, environment: string, wish: TargetWish): Ranked {
  switch (wish.kind) {
    case 'last-known-good':
      return byVerification(state, environment);
    case 'previous':
      return byService(state, environment);
    case 'exact':
      return [{ version: wish.version, because: 'was asked for by its number' }];
    default:
      return wish satisfies never;
  }
}

function objection(
  state: LedgerState,
  version: string,
  because: string,
  environment: string,
  bad: Digest | undefined,
): string | undefined {
  const digest = entryOf(state.versions, version)?.digest;
  if (digest === undefined) return 'is not registered';
  if (digest === bad) return 'holds the bytes that are rolled back';
  const quarantine = entryOf(state.quarantine, digest);
  if (quarantine !== undefined) return `is in quarantine since ${quarantine.since}: ${quarantine.reason}`;
  return because === '' ? `never passed its whole rollout in ${environment}` : undefined;
}

/**
 * The version to go back to, and what was thought of every candidate. Last known good: the newest that passed
 * its whole rollout in this environment, is not in quarantine and is not the bad one. Previous: what served
 * before, verified or not. Exact: that version, unless it is unknown, in quarantine or the bad one itself.
 */
export function chooseTarget(
  state: LedgerState,
  environment: string,
  wish: TargetWish,
  bad: Digest | undefined,
): TargetChoice {
  let target: string | undefined;
  const candidates: Candidate[] = [];
  for (const { version, because } of rank(state, environment, wish)) {
    const problem = objection(state, version, because, environment, bad);
    const chosen = problem === undefined && target === undefined;
    if (chosen) target = version;
    candidates.push({
      version,
      digest: entryOf(state.versions, version)?.digest ?? null,
      chosen,
      reason: problem ?? (chosen ? because : `is good, but ${target} is newer`),
    });
  }
  return { target, candidates };
}
