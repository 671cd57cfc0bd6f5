import { ActionError } from '../lib/errors.ts';
import type { Ledger } from '../lib/registry/ledger.ts';
import type { RolloutPhase } from '../lib/registry/state.ts';
import { entryOf, environmentOf, type LedgerState } from '../lib/registry/state.ts';
import { deploymentOfRollout, rolloutTask } from '../lib/registry/stray-deployments.ts';
import { DeploymentMirror } from '../runtime/deployment-mirror.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { openTraffic } from '../runtime/traffic/catalog.ts';
import { carryOut } from './carry-out.ts';
import type { RolloutEnding } from './ending.ts';
import { deliverDue, flushEnd } from './flush.ts';
import { type Inputs, isProduction } from './inputs.ts';
import { mirrorWishes } from './mirror-wishes.ts';
import { keepForOutages } from './outage-copy.ts';
import type { RolloutFile } from './rollout-file.ts';
import type { RolledVersion, RolloutRun } from './rollout-run.ts';
import { patientUntil } from './waiting.ts';

/** A lease that was recorded, and the ledger that it was recorded in. */
export interface Begun {
  readonly ledger: Ledger;
  /** The id of the rollout that is to be carried out. */
  readonly rollout: string;
  readonly fence: number;
  readonly preempted: boolean;
  readonly file: RolloutFile;
}

const rolledVersion = (state: LedgerState, version: string): RolledVersion => {
  const known = entryOf(state.versions, version);
  if (known === undefined)
    throw new ActionError('ledger-conflict', `version ${version} is rolled out, but not registered`);
  return { version, digest: known.digest, uri: known.uri };
};

const UNDER_WAY: ReadonlySet<RolloutPhase> = new Set(['running', 'rolling-back']);

/** The rollout that the ledger says is under way, to be carried out by this run. @throws ActionError ledger-conflict */
export function openRun(runtime: Runtime, inputs: Inputs, ledger: OpenLedger, begun: Begun): RolloutRun {
  const { state } = begun.ledger;
  const { rollout } = environmentOf(state, inputs.environment);
  if (rollout?.id !== begun.rollout || !UNDER_WAY.has(rollout.phase))
    throw new ActionError('ledger-conflict', `the rollout ${begun.rollout} is not under way any more`);
  const wishes = mirrorWishes(inputs, rollout.settings.mirrors);
  const { mlflowAlias, environmentUrl } = wishes;
  return {
    runtime,
    ledger,
    branch: inputs.ledgerBranch,
    rollout: begun.file.rollout,
    traffic: openTraffic(runtime, begun.file.rollout.traffic),
    mirror: new DeploymentMirror(runtime, {
      enabled: wishes.deployments,
      environmentUrl,
    }),
    environmentUrl,
    mirrors: { ...wishes, mlflowAlias: mlflowAlias === '' ? undefined : mlflowAlias },
    environment: inputs.environment,
    id: rollout.id,
    candidate: rolledVersion(state, rollout.version),
    previous: rollout.previous === null ? undefined : rolledVersion(state, rollout.previous),
    fence: begun.fence,
    preempted: begun.preempted,
    settings: rollout.settings,
    patientUntil: patientUntil(inputs, runtime.clock.now()),
    pending: [],
    reports: [],
    preflight: [],
    known: begun.ledger,
    checked: runtime.clock.now(),
  };
}

/** Deliveries that earlier runs left over come first, then the rollout, then what follows from its end. */
export async function carryThrough(run: RolloutRun, inputs: Inputs): Promise<RolloutEnding> {
  const { runtime, ledger } = run;
  run.pending.push(...(await deliverDue(runtime, inputs, ledger, run.known.state)));
  await showDeployment(run, inputs);
  const ending = await carryOut(run);
  if (ending.kind === 'superseded') await run.mirror.say('inactive', `superseded: ${ending.reason}`);
  if (ending.kind === 'waiting') await run.mirror.say('in_progress', waitingText(ending.resumeAfter));
  if (ENDED.has(ending.kind)) await flushEnd(runtime, inputs, ledger, run.known);
  if (ending.kind === 'completed') await keepForOutages(runtime, ledger, run.known, run.environment);
  return ending;
}

const waitingText = (until: string | null): string =>
  until === null ? 'waits for approval' : `waits; next check after ${until}`;

const ENDED: ReadonlySet<string> = new Set<RolloutPhase | 'failed'>([
  'completed',
  'rolled-back',
  'aborted',
  'failed',
]);

/** Finds or makes the deployment that shows this rollout, whose payload is a witness of how far the ledger had come. */
async function showDeployment(run: RolloutRun, inputs: Inputs): Promise<void> {
  const { mirror, candidate, runtime, known, environment, fence, id } = run;
  const { state } = known;
  const made = deploymentOfRollout(known.events, id);
  if (made !== undefined) return mirror.adopt(made);
  return mirror.ensure({
    task: rolloutTask(id),
    sha: entryOf(state.versions, candidate.version)?.commit || runtime.context.source.commit,
    environment,
    production: isProduction(inputs),
    description: `${inputs.modelName} ${candidate.version}`,
    payload: {
      model: inputs.modelName,
      version: candidate.version,
      digest: candidate.digest,
      uri: candidate.uri,
      rollout: id,
      fence,
      ledgerSeq: state.head.seq,
      ledgerHead: state.head.hash,
    },
  });
}
