import type { Digest } from '../lib/digest.ts';
import { sha256 } from '../lib/digest.ts';
import type { WatchedMetric } from '../lib/documents/promotion.ts';
import { ActionError } from '../lib/errors.ts';
import { didYouMean } from '../lib/nearest-name.ts';
import type { Draft } from '../lib/registry/events.ts';
import { holdsLease } from '../lib/registry/lease.ts';
import { ledgerPath } from '../lib/registry/ledger.ts';
import { eventId } from '../lib/registry/operation.ts';
import type { RollbackPlan } from '../lib/registry/plan-rollback.ts';
import { entryOf, environmentOf } from '../lib/registry/state.ts';
import { parseRollout } from '../lib/rollout/parse-rollout.ts';
import { DIRECT_ROLLOUT, type Rollout } from '../lib/rollout/rollout.ts';
import { runAnalysis } from '../runtime/analysis/run-analysis.ts';
import { watchedMetrics } from '../runtime/analysis/watched-metrics.ts';
import { locateOne } from '../runtime/locations.ts';
import { type Applied, applyWeight } from '../runtime/traffic/apply-weight.ts';
import { openTraffic } from '../runtime/traffic/catalog.ts';
import type { TrafficVersion } from '../runtime/traffic/traffic-driver.ts';
import { type CaseFile, record, say, warn } from './case-file.ts';

export type GoPlan = Extract<RollbackPlan, { kind: 'go' }>;

/** How the switch went. */
export interface Switched {
  readonly ok: boolean;
  /** Why it is not ok; empty otherwise. */
  readonly reason: string;
  readonly metrics: readonly WatchedMetric[];
  readonly secondsToSafe: number | null;
}

async function recordedRollout(file: CaseFile, spec: Digest): Promise<string> {
  const path = ledgerPath.rollout(file.inputs.modelName, spec);
  const bytes = await file.open.store.readFile(path);
  if (bytes === undefined)
    throw new ActionError(
      'not-found',
      `${path}: the recorded rollout file is gone; give one in the input rollout`,
    );
  if (sha256(bytes) !== spec)
    throw new ActionError(
      'digest-mismatch',
      `${path}: is not the file that was recorded; give one in the input rollout`,
    );
  return new TextDecoder().decode(bytes);
}

/** How traffic is switched here: the file of the input, else the one of the environment's newest rollout. */
export async function readRollout(file: CaseFile): Promise<Rollout> {
  const { runtime, inputs } = file;
  if (inputs.rollout !== undefined) {
    const located = await locateOne(runtime, inputs.rollout);
    return parseRollout(await runtime.files.readText(located.path, 1024 * 1024), located.name);
  }
  const { spec } = environmentOf(file.ledger.state, inputs.environment);
  return spec === null
    ? DIRECT_ROLLOUT
    : parseRollout(await recordedRollout(file, spec), 'the recorded rollout file');
}

const trafficVersion = ({ ledger }: CaseFile, version: string): TrafficVersion => {
  const known = entryOf(ledger.state.versions, version);
  return { version, digest: known?.digest ?? '', uri: known?.uri ?? '' };
};

/** Looks once more whether the environment is ours. @throws ActionError ledger-conflict */
async function requireLease(file: CaseFile, fence: number): Promise<void> {
  if (file.ledgerState !== 'sound') return;
  const reading = await file.open.store.read();
  if (
    reading.kind === 'sound' &&
    !holdsLease(environmentOf(reading.ledger.state, file.inputs.environment), fence)
  )
    throw new ActionError(
      'ledger-conflict',
      `another rollback has taken ${file.inputs.environment} over with a higher fence; see the ledger for what it did`,
    );
}

async function setTraffic(file: CaseFile, plan: GoPlan, rollout: Rollout, round: string): Promise<Applied> {
  const { runtime, inputs, open } = file;
  await requireLease(file, plan.fence);
  return applyWeight(runtime, openTraffic(runtime, rollout.traffic), {
    ...trafficVersion(file, plan.to),
    model: inputs.modelName,
    environment: inputs.environment,
    weight: 100,
    previous: trafficVersion(file, plan.from),
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

async function analyse(file: CaseFile, plan: GoPlan, rollout: Rollout) {
  const { runtime, inputs } = file;
  const analysis = inputs.verify.map((name) => {
    const found = rollout.analysis.find((one) => one.name === name);
    const names = rollout.analysis.map((one) => one.name);
    if (found === undefined)
      throw new ActionError(
        'invalid-input',
        `verify: the rollout file has no analysis "${name}"${didYouMean(name, names)}`,
      );
    return found;
  });
  return runAnalysis(runtime, {
    analysis,
    bakeMs: 0,
    since: runtime.clock.now(),
    variables: {
      version: plan.to,
      digest: trafficVersion(file, plan.to).digest,
      weight: '100',
      model: inputs.modelName,
      environment: inputs.environment,
    },
    onProgress: async () => undefined,
  });
}

const outcome = (plan: GoPlan, env: string, failure: string): readonly Draft[] => {
  const about = { version: plan.to, env, fence: plan.fence };
  const { from, to } = plan;
  return failure === ''
    ? [
        { ...about, type: 'rollback.completed', data: { from, to }, step: `${from} ${to}` },
        { ...about, type: 'lease.released', data: {}, step: `${plan.fence}` },
      ]
    : [{ ...about, type: 'rollback.failed', data: { from, to, reason: failure }, step: `${plan.fence}` }];
};

/** Puts all traffic on the target, reads it back, records it, and watches what the user asked to be watched. */
export async function switchBack(file: CaseFile, plan: GoPlan, rollout: Rollout): Promise<Switched> {
  const { clock, redact } = file.runtime;
  const { environment } = file.inputs;
  let applied = await setTraffic(file, plan, rollout, 'first');
  if (applied.kind === 'verified' && plan.preempted && rollout.traffic !== undefined)
    // A change of the run that was pushed aside may have been on its way: ours is made to be the last.
    applied = await setTraffic(file, plan, rollout, 'again');
  const failure = applied.kind === 'verified' ? '' : redact(applied.message);
  if (failure !== '' || (rollout.traffic === undefined && file.ledgerState !== 'sound')) {
    const reason =
      failure ||
      'the ledger cannot be written and the rollout file names no traffic driver, so nothing can be switched';
    await record(file, () => outcome(plan, environment, reason));
    return { ok: false, reason, metrics: [], secondsToSafe: null };
  }
  const secondsToSafe = (clock.now() - file.started) / 1_000;
  say(
    file,
    `${plan.to} has all traffic of ${environment} (${applied.kind === 'verified' ? applied.how : ''})`,
  );
  await record(file, () => outcome(plan, environment, ''));
  const finding = await analyse(file, plan, rollout);
  const metrics = watchedMetrics(finding);
  if (finding.verdict === 'fail')
    return {
      ok: false,
      reason: `${plan.to} serves, but is not well: ${finding.reason}`,
      metrics,
      secondsToSafe,
    };
  if (finding.verdict !== 'pass')
    warn(file, `whether ${plan.to} is well could not be told: ${finding.reason}`);
  return { ok: true, reason: '', metrics, secondsToSafe };
}
