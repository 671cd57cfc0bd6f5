import { ActionError } from '../lib/errors.ts';
import type { RunContext } from './runtime.ts';

/** A value inside nested objects of unknown shape. */
const dig = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null
        ? Object.getOwnPropertyDescriptor(inner, key)?.value
        : undefined,
    value,
  );

/** Why the event of a run may carry somebody else's wishes with our rights, or `undefined` when it does not. */
export function untrustedEvent(context: RunContext): string | undefined {
  if (context.event === 'pull_request_target')
    return 'pull_request_target runs with the rights of this repository on a change that anybody may have proposed';
  if (context.event !== 'workflow_run') return undefined;
  const head = dig(context.payload, 'workflow_run', 'head_repository', 'full_name');
  return head === context.source.repository
    ? undefined
    : `this workflow_run follows a run of ${typeof head === 'string' ? head : 'an unknown repository'}, whose files and artifacts may be anybody's`;
}

/** @throws ActionError untrusted-event, unless the user has allowed it */
export function refuseUntrustedEvent(context: RunContext, allowed: boolean): void {
  const reason = allowed ? undefined : untrustedEvent(context);
  if (reason !== undefined)
    throw new ActionError(
      'untrusted-event',
      `${reason}; nothing was changed. Run this on push, schedule, release or workflow_dispatch, or, if you have made sure that nothing of the change is used, set allow-untrusted-event: true.`,
    );
}
