import { canonicalJson, sha256 } from '../digest.ts';
import type { Draft, EventRun, LeaseOwner } from './events.ts';

/**
 * One wish of one run: what a re-run repeats. Attempts share it, so that whatever an earlier attempt has
 * already recorded is found again and not done twice.
 */
export interface Operation {
  readonly repository: string;
  /** The workflow run; outside GitHub, where nothing is re-run, the time of the start. */
  readonly run: string;
  readonly job: string;
  /** Where it runs, if that is known: legs of a matrix share all the rest. No part of what is the same in a re-run. */
  readonly runner?: string;
  /** `promote-model`, `rollback`. */
  readonly action: string;
  /** `promote`, `register`, … */
  readonly operation: string;
  readonly model: string;
}

/** Who acts, for the head of each event. Never taken from commits or inputs. */
export interface Author {
  readonly actor: string;
  readonly run: EventRun;
}

const shortHash = (parts: readonly unknown[], length: number): string =>
  sha256(canonicalJson(parts)).slice('sha256:'.length, 'sha256:'.length + length);

const partsOf = (operation: Operation) => [
  operation.repository,
  operation.run,
  operation.job,
  operation.action,
  operation.operation,
  operation.model,
];

/** The id of an event: 32 hexadecimal digits that are the same in every attempt of a run. */
export const eventId = (operation: Operation, draft: Draft): string =>
  shortHash([...partsOf(operation), draft.version ?? '', draft.env ?? '', draft.type, draft.step ?? ''], 32);

/** The id of the rollout that this operation asks for. */
export const rolloutId = (operation: Operation, version: string, env: string): string =>
  `ro_${shortHash([...partsOf(operation), version, env], 16)}`;

/** Who takes the lease of an environment for this operation. */
export const leaseOwner = (operation: Operation, env: string, run: EventRun): LeaseOwner => ({
  key: shortHash([...partsOf(operation), env], 16),
  run: run.id,
  attempt: run.attempt,
  ...(operation.runner ? { runner: operation.runner } : {}),
});
