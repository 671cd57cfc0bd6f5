import type { EventRun } from './events.ts';
import type { Ledger } from './ledger.ts';

/** One target that a rollback tried. `sick`: it had all traffic and was not well. `failed`: it never got it. */
export interface Attempt {
  readonly from: string;
  readonly to: string;
  readonly phase: 'started' | 'served' | 'sick' | 'failed';
  /** Why it is sick or failed; empty otherwise. */
  readonly reason: string;
}

/**
 * What this run, in this or an earlier attempt of it, has tried in an environment, oldest first; a target that was
 * tried again stands there once, as it stands now. Rollbacks that are the end of a rollout are not among them.
 */
export function attemptsOf(
  { events }: Ledger,
  { environment, run }: { readonly environment: string; readonly run: EventRun },
): readonly Attempt[] {
  const attempts = new Map<string, Attempt>();
  for (const event of events) {
    const ours = run.id > 0 && event.run.id === run.id && event.run.job === run.job;
    if (!ours || event.env !== environment || event.rollout !== undefined) continue;
    if (
      event.type !== 'rollback.started' &&
      event.type !== 'rollback.completed' &&
      event.type !== 'rollback.failed'
    )
      continue;
    const { from, to } = event.data;
    if (to === null) continue;
    const before = attempts.get(to);
    attempts.delete(to);
    attempts.set(to, { from: before?.from ?? from, to, ...after(event, before) });
  }
  return [...attempts.values()];
}

function after(
  event: { readonly type: string; readonly data: object },
  before: Attempt | undefined,
): Pick<Attempt, 'phase' | 'reason'> {
  if (event.type === 'rollback.completed') return { phase: 'served', reason: '' };
  if (event.type === 'rollback.started') return { phase: 'started', reason: '' };
  const reason = 'reason' in event.data ? String(event.data.reason) : '';
  return { phase: before?.phase === 'served' ? 'sick' : 'failed', reason };
}
