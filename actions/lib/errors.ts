/** The closed list of causes a user can act on. A new code needs a line in the error table of the README. */
export type ActionErrorCode =
  | 'invalid-input' // an input of the step: name, found, expected
  | 'invalid-file' // a file that is not what it claims to be, or breaks its format
  | 'invalid-document' // one of our JSON documents that does not satisfy its schema
  | 'not-found' // a file, artifact, release, ref or version that does not exist
  | 'outside-workspace' // a path that leaves the workspace and the runner's temporary folder
  | 'command-failed' // a program that scores data and failed, or wrote no file of predictions
  | 'server-failed' // a model server or an OCI registry that does not answer, or not usably
  | 'limit-exceeded' // a cap on bytes, entries, columns, depth or time
  | 'digest-mismatch' // bytes that are not the bytes that were promised
  | 'untrusted-event' // an event on which effects are refused
  | 'github-denied' // 401, 403: missing token or permission, with the permission to add
  | 'github-unavailable' // GitHub or the network did not give a usable answer
  | 'unknown-outcome' // a write whose reply was lost and that could not be read back
  | 'evidence-refused' // evidence that is missing, failed, stale or about something else
  | 'ledger-conflict' // a precondition of a ledger change no longer holds
  | 'ledger-tampered' // the hash chain of the ledger is broken
  | 'rollout-failed' // traffic could not be changed or verified
  | 'cancelled'; // the run was cancelled

/** A failure whose cause the user can fix. Anything else that is thrown is a bug and prints its stack. */
export class ActionError extends Error {
  readonly code: ActionErrorCode;

  /** @param message - where, what was found, what was expected, what to do; several problems on several lines */
  constructor(code: ActionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ActionError';
    this.code = code;
  }
}

/** The message of anything that can be thrown. */
export const errorMessage = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Whether work was given up because the run was cancelled. */
export const isCancellation = (error: unknown): boolean =>
  error instanceof ActionError && error.code === 'cancelled';

/** Whether a step that can do without what failed may go on: no cancellation, and no bug of ours. */
export const isSurvivable = (error: unknown): error is ActionError =>
  error instanceof ActionError && !isCancellation(error);
