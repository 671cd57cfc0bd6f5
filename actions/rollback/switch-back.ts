import type { WatchedMetric } from '../lib/documents/promotion.ts';
import { ActionError } from '../lib/errors.ts';
import { eventId } from '../lib/registry/operation.ts';
import type { RollbackPlan } from '../lib/registry/plan-rollback.ts';
import { entryOf } from '../lib/registry/state.ts';
import { type Applied, applyWeight } from '../runtime/traffic/apply-weight.ts';
import type { TrafficVersion } from '../runtime/traffic/traffic-driver.ts';
import { type CaseFile, say } from './case-file.ts';
import { recordHeld, requireLease } from './hold-lease.ts';
import { queuedMirrors } from './mirrors.ts';
import type { Way } from './read-rollout.ts';
import { isWatched, watchOver } from './watch-over.ts';

export type GoPlan = Extract<RollbackPlan, { kind: 'go' }>;

/** How a version was put back. `overtaken`: a newer rollback acts here now, and this one has stopped. */
export interface Switched {
  readonly outcome: 'good' | 'sick' | 'failed' | 'overtaken';
  /** Why it is not good, or what could not be told of a good one; empty otherwise. */
  readonly reason: string;
  readonly metrics: readonly WatchedMetric[];
  /** From the start of the step to traffic that was read back. */
  readonly secondsToSafe: number | null;
}

const without = (outcome: Switched['outcome'], reason: string): Switched => ({
  outcome,
  reason,
  metrics: [],
  secondsToSafe: null,
});

const trafficVersion = ({ ledger }: CaseFile, version: string): TrafficVersion => {
  const known = entryOf(ledger.state.versions, version);
  return { version, digest: known?.digest ?? '', uri: known?.uri ?? '' };
};

async function setTraffic(file: CaseFile, plan: GoPlan, { traffic }: Way, round: string): Promise<Applied> {
  const { runtime, inputs, open } = file;
  await requireLease(file, plan.fence);
  return applyWeight(runtime, traffic, {
    ...trafficVersion(file, plan.to),
    model: inputs.modelName,
    environment: inputs.environment,
    weight: 100,
    shadow: 0,
    previous: trafficVersion(file, plan.from),
    drainSeconds: inputs.drainMs / 1_000,
    fence: plan.fence,
    idempotencyKey: eventId(open.operation, {
      type: 'rollback.completed',
      version: plan.to,
      env: inputs.environment,
      data: { from: plan.from, to: plan.to },
      step: `${round} ${plan.fence}`,
    }),
  });
}

/** Sets all traffic on the target and reads it back. */
async function move(file: CaseFile, plan: GoPlan, way: Way): Promise<Applied> {
  const { traffic } = way;
  if (traffic === undefined && file.ledgerState !== 'sound')
    return {
      kind: 'failed',
      message:
        'the ledger cannot be written and the rollout file names no traffic driver, so nothing can be switched',
    };
  if (!plan.preempted || traffic === undefined) return setTraffic(file, plan, way, 'first');
  // A change of the run that was pushed aside may have been on its way, and even undo the first of ours: that one is not
  // waited for, and the second is the last.
  const hasty = { ...way, traffic: { ...traffic, verifyTimeoutMs: 0 } };
  const first = await setTraffic(file, plan, hasty, 'first');
  return first.kind === 'fenced' ? first : setTraffic(file, plan, way, 'again');
}

/** Where another rollback takes the environment over, this one stops, and that is how it ends. */
export async function unlessOvertaken(work: () => Promise<Switched>): Promise<Switched> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ActionError && error.code === 'ledger-conflict')
      return without('overtaken', error.message);
    throw error;
  }
}

/** Puts all traffic on the target, reads it back, records it, and watches what the user asked to be watched. */
export const switchBack = (file: CaseFile, plan: GoPlan, way: Way): Promise<Switched> =>
  unlessOvertaken(() => switchAndWatch(file, plan, way));

async function switchAndWatch(file: CaseFile, plan: GoPlan, way: Way): Promise<Switched> {
  const { clock, redact } = file.runtime;
  const { environment } = file.inputs;
  const { from, to, fence } = plan;
  const about = { version: to, env: environment, fence };
  const applied = await move(file, plan, way);
  if (applied.kind === 'fenced' && file.ledgerState === 'sound')
    return without('overtaken', redact(applied.message));
  if (applied.kind !== 'verified') {
    const reason = redact(applied.message);
    say(file, `${to} was not put back in ${environment}: ${reason}`);
    await recordHeld(file, fence, () => [
      { ...about, type: 'rollback.failed', data: { from, to, reason }, step: `${to} ${fence}` },
    ]);
    return without('failed', reason);
  }
  const secondsToSafe = (clock.now() - file.started) / 1_000;
  say(file, `${to} has all traffic of ${environment} (${applied.how})`);
  await recordHeld(file, fence, (ledger) => [
    { ...about, type: 'rollback.completed', data: { from, to }, step: `${from} ${to} ${fence}` },
    ...queuedMirrors(file, ledger, about),
    ...(isWatched(file, way)
      ? []
      : [{ ...about, type: 'lease.released' as const, data: {}, step: `${fence}` }]),
  ]);
  return { ...(await watchOver(file, plan, way)), secondsToSafe };
}
