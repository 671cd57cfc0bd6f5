import { type Digest, sha256 } from '../lib/digest.ts';
import { type Ledger, ledgerPath } from '../lib/registry/ledger.ts';
import { type PromotionPlan, planPromotion } from '../lib/registry/plan-promotion.ts';
import { digestOf, emptyState, entryOf, environmentOf, type LedgerState } from '../lib/registry/state.ts';
import { parseRollout } from '../lib/rollout/parse-rollout.ts';
import { DIRECT_ROLLOUT, type Rollout } from '../lib/rollout/rollout.ts';
import { DeploymentMirror } from '../runtime/deployment-mirror.ts';
import type { TreeFile } from '../runtime/github/git-data.ts';
import { tampered } from '../runtime/ledger/ledger-store.ts';
import { authorOf, endedRuns, type OpenLedger } from '../runtime/ledger/open-ledger.ts';
import { locateOne } from '../runtime/locations.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { openTraffic } from '../runtime/traffic/catalog.ts';
import { carryOut, type RolloutEnding } from './carry-out.ts';
import { type Inputs, isProduction } from './inputs.ts';
import { concluded, describePlan } from './promotion-result.ts';
import { evidenceFiles } from './register.ts';
import { gatherMaterial, type Material, registrationRequest } from './request.ts';
import type { PromotionResult } from './result.ts';
import type { RolloutRun } from './rollout-run.ts';
import { rewindProblem } from './witness.ts';

interface RolloutFile {
  readonly rollout: Rollout;
  /** sha256 of the file; `null` without one. */
  readonly spec: Digest | null;
  readonly text: string;
}

async function readRollout(runtime: Runtime, location: string | undefined): Promise<RolloutFile> {
  if (location === undefined) return { rollout: DIRECT_ROLLOUT, spec: null, text: '' };
  const file = await locateOne(runtime, location);
  const text = await runtime.files.readText(file.path, 1024 * 1024);
  return { rollout: parseRollout(text, file.name), spec: sha256(text), text };
}

/** `operation: promote`: registers the version if it is new, checks the evidence, and carries the rollout out. */
export async function promote(
  runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
): Promise<PromotionResult> {
  const file = await readRollout(runtime, inputs.rollout);
  const traffic = openTraffic(runtime, file.rollout.traffic);
  const material = await gatherMaterial(runtime, inputs);
  await requireWholeLedger(runtime, inputs, ledger);
  const { plan, before } = await decide(runtime, inputs, ledger, material, file);
  if (plan.kind !== 'go' || inputs.dryRun)
    return describePlan({ runtime, inputs, ledger, material }, plan, file.rollout);
  const run = openRun(runtime, inputs, ledger, { plan, before, file, traffic });
  const ending = await mirrored(run, inputs, before, plan);
  return concluded({ runtime, inputs, ledger, material }, run, ending);
}

async function requireWholeLedger(runtime: Runtime, inputs: Inputs, ledger: OpenLedger): Promise<void> {
  const reading = await ledger.store.read();
  if (reading.kind === 'tampered') throw tampered(inputs.ledgerBranch, reading.problem);
  if (inputs.deployments === 'off') return;
  const rewound = await rewindProblem(runtime, inputs.modelName, inputs.environment, reading);
  if (rewound !== undefined) throw tampered(inputs.ledgerBranch, rewound);
}

/** Takes the decision and records it in one commit; `before` is the state it was taken on. */
async function decide(
  runtime: Runtime,
  inputs: Inputs,
  { store, operation }: OpenLedger,
  material: Material,
  file: RolloutFile,
): Promise<{ readonly plan: PromotionPlan; readonly before: LedgerState }> {
  const { run } = authorOf(runtime);
  const files: readonly TreeFile[] = [
    ...evidenceFiles(inputs.modelName, material.evidence),
    ...(file.spec === null
      ? []
      : [{ path: ledgerPath.rollout(inputs.modelName, file.spec), content: file.text }]),
  ];
  const planOn = async ({ state }: Ledger): Promise<PromotionPlan> => {
    const holder = environmentOf(state, inputs.environment).lease?.owner.run;
    const ended = await endedRuns(runtime, holder === undefined ? [] : [holder]);
    return planPromotion(state, {
      ...registrationRequest(runtime, inputs, material),
      operation,
      run,
      environment: inputs.environment,
      requireStage: inputs.requireStage,
      steps: file.rollout.steps.map(({ weight, bakeMs }) => ({ weight, bakeMs })),
      spec: file.spec,
      leaseMinutes: inputs.leaseMinutes,
      now: runtime.clock.now(),
      ended: (id) => ended.has(id),
    });
  };
  let decided: { readonly plan: PromotionPlan; readonly before: LedgerState } = {
    plan: { kind: 'refused', refusals: [] },
    before: emptyState(inputs.modelName),
  };
  await store.append(async (ledger) => {
    const plan = await planOn(ledger);
    decided = { plan, before: ledger.state };
    return plan.kind === 'go' && !inputs.dryRun ? { drafts: plan.drafts, files } : { drafts: [] };
  });
  return decided;
}

type GoPlan = Extract<PromotionPlan, { kind: 'go' }>;

function openRun(
  runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
  begun: {
    readonly plan: GoPlan;
    readonly before: LedgerState;
    readonly file: RolloutFile;
    readonly traffic: ReturnType<typeof openTraffic>;
  },
): RolloutRun {
  const { plan, before, file } = begun;
  const { current } = environmentOf(before, inputs.environment);
  const uriOf = (version: string): string => entryOf(before.versions, version)?.uri ?? '';
  const previousDigest = digestOf(before, current);
  return {
    runtime,
    ledger,
    branch: inputs.ledgerBranch,
    rollout: file.rollout,
    traffic: begun.traffic,
    mirror: new DeploymentMirror(runtime, {
      enabled: inputs.deployments === 'create',
      environmentUrl: inputs.environmentUrl,
    }),
    environment: inputs.environment,
    id: plan.rollout,
    candidate: { version: plan.version, digest: plan.digest, uri: uriOf(plan.version) || inputs.modelUri },
    previous:
      current === null || previousDigest === undefined
        ? undefined
        : { version: current, digest: previousDigest, uri: uriOf(current) },
    fence: plan.fence,
    onFailure: file.rollout.onFailure ?? inputs.onFailure,
    onInconclusive: file.rollout.onInconclusive ?? inputs.onInconclusive,
    quarantineOnFailure: inputs.quarantineOnFailure,
    pending: [],
    reports: [],
    checked: 0,
  };
}

/** Carries the rollout out and shows in GitHub Deployments how it begins and ends. */
async function mirrored(
  run: RolloutRun,
  inputs: Inputs,
  before: LedgerState,
  plan: GoPlan,
): Promise<RolloutEnding> {
  const { mirror, candidate, runtime } = run;
  const reading = await run.ledger.store.read();
  const head = reading.kind === 'sound' ? reading.ledger.state.head : before.head;
  await mirror.ensure({
    task: `mlops:promote:${plan.rollout}`,
    sha: entryOf(before.versions, plan.version)?.commit || runtime.context.source.commit,
    environment: run.environment,
    production: isProduction(inputs),
    description: `${inputs.modelName} ${candidate.version}`,
    payload: {
      model: inputs.modelName,
      version: candidate.version,
      digest: candidate.digest,
      uri: candidate.uri,
      rollout: plan.rollout,
      fence: plan.fence,
      ledgerSeq: head.seq,
      ledgerHead: head.hash,
    },
  });
  const ending = await carryOut(run);
  await sayEnding(run, ending, environmentOf(before, run.environment).deployment?.id);
  return ending;
}

async function sayEnding(
  { mirror, candidate }: RolloutRun,
  ending: RolloutEnding,
  superseded: number | undefined,
) {
  switch (ending.kind) {
    case 'completed':
      await mirror.say('success', `${candidate.version} serves all traffic`);
      return mirror.retire(superseded, `superseded by ${candidate.version}`);
    case 'paused':
      return mirror.say('in_progress', `paused: ${ending.reason}`);
    case 'superseded':
      return mirror.say('inactive', 'superseded');
    case 'rolled-back':
      return mirror.say('failure', `rolled back: ${ending.reason}`);
    case 'failed':
      return mirror.say('error', ending.reason);
    default:
      return ending satisfies never;
  }
}
