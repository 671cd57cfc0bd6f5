import type { Digest } from '../lib/digest.ts';
import type { RollbackDocument } from '../lib/documents/rollback.ts';
import { ActionError } from '../lib/errors.ts';
import { chainEvents } from '../lib/registry/chain.ts';
import type { Draft } from '../lib/registry/events.ts';
import type { Ledger } from '../lib/registry/ledger.ts';
import { parseEvent } from '../lib/registry/parse-event.ts';
import { type ImportPlan, planPendingImport, planVersionImport } from '../lib/registry/plan-import.ts';
import { loadDocument } from '../runtime/documents.ts';
import { authorOf, type OpenLedger } from '../runtime/ledger/open-ledger.ts';
import { locateOne } from '../runtime/locations.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';
import { evidenceFiles } from './register.ts';
import { gatherMaterial, registrationRequest } from './request.ts';
import { type PromotionResult, refusedResult, servingBody } from './result.ts';
import { requireWholeLedger } from './whole-ledger.ts';

/**
 * `operation: import`: takes over what happened without the ledger: the version that served before there was one, or
 * the events of a rollback that could not be written.
 */
export async function importHistory(
  runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
): Promise<PromotionResult> {
  const planner =
    inputs.importFrom === undefined
      ? await versionPlanner(runtime, inputs)
      : await pendingPlanner(runtime, inputs, ledger, inputs.importFrom);
  await requireWholeLedger(runtime, inputs, ledger);
  let plan: ImportPlan = { kind: 'noop', reason: '' };
  const { ledger: after, commit } = await ledger.store.append((now) => {
    plan = planner.on(now);
    return plan.kind === 'go' && !inputs.dryRun
      ? { drafts: plan.drafts, files: planner.files }
      : { drafts: [] };
  });
  return resultOf(inputs, plan, after, commit);
}

interface Planner {
  readonly on: (ledger: Ledger) => ImportPlan;
  readonly files: ReturnType<typeof evidenceFiles>;
}

async function versionPlanner(runtime: Runtime, inputs: Inputs): Promise<Planner> {
  const material = await gatherMaterial(runtime, inputs);
  const request = {
    ...registrationRequest(runtime, inputs, material),
    environment: inputs.environment,
    reason: runtime.redact(inputs.reason),
  };
  return {
    on: ({ state }) => planVersionImport(state, request),
    files: evidenceFiles(inputs.modelName, material.evidence),
  };
}

/** @throws ActionError invalid-document for a file that is no rollback of this model and environment */
async function pendingPlanner(
  runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
  location: string,
): Promise<Planner> {
  const file = await locateOne(runtime, location);
  const { document, digest } = await loadDocument<RollbackDocument>(runtime, 'rollback', file);
  const { model, environment, pendingEvents } = document;
  if (model !== inputs.modelName || environment !== inputs.environment)
    throw new ActionError(
      'invalid-document',
      `${file.name}: is about ${model} in ${environment}, expected ${inputs.modelName} in ${inputs.environment}`,
    );
  const forced = inputs.force ? inputs.reason : '';
  const request = { source: digest, drafts: pendingEvents, environment, forced };
  return {
    on: (now) => {
      const plan = planPendingImport(now, request);
      if (plan.kind === 'go') requireEvents(runtime, ledger, now, plan.drafts, digest);
      return plan;
    },
    files: [],
  };
}

/** An event that nobody could read would end the ledger. @throws ActionError invalid-document */
function requireEvents(
  runtime: Runtime,
  { operation }: OpenLedger,
  { state }: Ledger,
  drafts: readonly Draft[],
  source: Digest,
): void {
  const ts = runtime.clock.iso();
  for (const event of chainEvents(state.head, drafts, { operation, author: authorOf(runtime), ts })) {
    const parsed = parseEvent(event);
    if ('problem' in parsed)
      throw new ActionError('invalid-document', `pendingEvents of ${source}: one ${parsed.problem}`);
  }
}

function resultOf(inputs: Inputs, plan: ImportPlan, after: Ledger, commit: string): PromotionResult {
  if (plan.kind === 'refused') return refusedResult(inputs, plan.refusals);
  const body = servingBody(inputs, after, commit);
  if (plan.kind === 'noop')
    return { verdict: 'pass', message: `nothing to do: ${plan.reason}`, body: { ...body, status: 'noop' } };
  return {
    verdict: 'pass',
    message: inputs.dryRun ? `dry run: ${plan.what}` : plan.what,
    body: { ...body, status: inputs.dryRun ? 'planned' : 'imported' },
  };
}
