import { evidenceReport } from '../lib/registry/evidence.ts';
import { ledgerPath } from '../lib/registry/ledger.ts';
import { planRegistration, type RegistrationPlan } from '../lib/registry/plan-registration.ts';
import type { LoadedEvidence } from '../runtime/evidence.ts';
import type { TreeFile } from '../runtime/github/git-data.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';
import { gatherMaterial, registrationRequest } from './request.ts';
import { blankBody, ledgerPosition, type PromotionResult } from './result.ts';
import { storeModel } from './store-model.ts';
import { requireWholeLedger } from './whole-ledger.ts';

/** Larger documents are kept by digest only: the ledger is a history, not a store. */
const LARGEST_EVIDENCE = 1024 * 1024;

/** The evidence as files of the ledger, named by their content. */
export const evidenceFiles = (model: string, evidence: readonly LoadedEvidence[]): readonly TreeFile[] =>
  evidence
    .filter(({ text }) => text.length <= LARGEST_EVIDENCE)
    .map(({ digest, text }) => ({ path: ledgerPath.evidence(model, digest), content: text }));

/** `operation: register`: makes the version known, with the evidence at hand, and changes no environment. */
export async function register(
  runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
): Promise<PromotionResult> {
  const gathered = await gatherMaterial(runtime, inputs);
  await requireWholeLedger(runtime, inputs, ledger);
  const { material, wish } = await storeModel(runtime, inputs, ledger, gathered);
  let plan: RegistrationPlan | undefined;
  const appended = await ledger.store.append((now) => {
    plan = planRegistration(now.state, registrationRequest(runtime, { ...inputs, version: wish }, material));
    const drafts = plan.kind === 'go' && !inputs.dryRun ? plan.drafts : [];
    return { drafts, files: evidenceFiles(inputs.modelName, material.evidence) };
  });
  const body = {
    ...blankBody(inputs),
    evidence: material.evidence.map(evidenceReport),
    ledger: ledgerPosition(inputs, appended.ledger, appended.commit),
  };
  if (plan === undefined || plan.kind === 'refused') {
    const reasons = plan?.refusals.map(({ reason }) => reason) ?? [];
    return {
      verdict: 'fail',
      message: `refused: ${reasons[0] ?? 'no reason was given'}`,
      body: { ...body, status: 'refused', digest: material.model?.digest ?? null, reasons },
    };
  }
  const { version, digest, linked } = plan;
  return {
    verdict: 'pass',
    message: `${inputs.modelName} ${version} ${inputs.dryRun ? 'would be' : 'is'} registered as ${digest}`,
    body: { ...body, status: inputs.dryRun ? 'planned' : 'registered', version, digest, linked },
  };
}
