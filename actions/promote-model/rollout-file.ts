import { type Digest, sha256 } from '../lib/digest.ts';
import { ActionError } from '../lib/errors.ts';
import type { PlannedStep } from '../lib/registry/events.ts';
import { inlineProblem } from '../lib/rollout/analysis-schedule.ts';
import { parseRollout } from '../lib/rollout/parse-rollout.ts';
import { DIRECT_ROLLOUT, type Rollout, type RolloutStep } from '../lib/rollout/rollout.ts';
import { requireEnvironment } from '../runtime/analysis/request-headers.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import { recordedRollout } from '../runtime/ledger/recorded-rollout.ts';
import { locateOne } from '../runtime/locations.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';

/** How a version is rolled out, and the file that says so. */
export interface RolloutFile {
  readonly rollout: Rollout;
  /** sha256 of the file; `null` without one. */
  readonly spec: Digest | null;
  readonly text: string;
}

const NO_FILE: RolloutFile = { rollout: DIRECT_ROLLOUT, spec: null, text: '' };
const LARGEST_FILE = 1024 * 1024;
/** GitHub ends jobs of its own runners after this time. */
const JOB_MS = 6 * 3_600_000;

/** The file that the input `rollout` names. @throws ActionError invalid-input, invalid-file, not-found */
export async function readRolloutFile(runtime: Runtime, inputs: Inputs): Promise<RolloutFile> {
  if (inputs.rollout === undefined) return NO_FILE;
  const file = await locateOne(runtime, inputs.rollout);
  const text = await runtime.files.readText(file.path, LARGEST_FILE);
  const rollout = parseRollout(text, file.name);
  const problem = mismatch(rollout, inputs) ?? inlineRefusal(rollout, inputs);
  if (problem !== undefined) throw new ActionError('invalid-input', `${file.name}: ${problem}`);
  requireEnvironment(rollout);
  return { rollout, spec: sha256(text), text };
}

/** The file that a rollout was begun with, as the ledger keeps it. @throws ActionError not-found, digest-mismatch */
export async function recordedRolloutFile(ledger: OpenLedger, spec: Digest | null): Promise<RolloutFile> {
  if (spec === null) return NO_FILE;
  const { text, where } = await recordedRollout(ledger, spec);
  const rollout = parseRollout(text, where);
  requireEnvironment(rollout);
  return { rollout, spec, text };
}

function mismatch({ model, environment }: Rollout, inputs: Inputs): string | undefined {
  if (model !== undefined && model !== inputs.modelName)
    return `model: the file is for ${model}, but model-name is ${inputs.modelName}; use the file of this model`;
  if (environment !== undefined && environment !== inputs.environment)
    return `environment: the file is for ${environment}, but the input environment is ${inputs.environment}; use the file of this environment`;
  return undefined;
}

const inlineRefusal = (rollout: Rollout, { wait }: Inputs): string | undefined =>
  wait === 'inline' ? inlineProblem(rollout, JOB_MS) : undefined;

/** The steps as the ledger keeps them. An approval changes no traffic: its weight is the one before it. */
export function plannedSteps(steps: readonly RolloutStep[]): readonly PlannedStep[] {
  let before = { weight: 0, shadow: 0 };
  return steps.map((step) => {
    if (step.kind === 'approval') return { ...before, bakeMs: 0, approval: step.environment };
    before = { weight: step.weight, shadow: step.shadow };
    return { ...before, bakeMs: step.bakeMs, approval: '' };
  });
}
