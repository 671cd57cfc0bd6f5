import type { Envelope } from '../lib/documents/envelope.ts';
import type { EvidenceReport, PromotionDocument } from '../lib/documents/promotion.ts';
import type { EvidenceDocument } from '../lib/registry/evidence.ts';
import type { Ledger } from '../lib/registry/ledger.ts';
import type { Verdict } from '../lib/verdict.ts';
import type { Inputs } from './inputs.ts';

/** Everything `promotion.json` says beside its head, and the verdict with its sentence. */
export interface PromotionResult {
  readonly verdict: Verdict;
  readonly message: string;
  readonly body: Omit<PromotionDocument, keyof Envelope>;
}

/** A result about which nothing is known yet but what was asked for. */
export const blankBody = (inputs: Inputs): PromotionResult['body'] => ({
  operation: inputs.operation,
  status: 'noop',
  model: inputs.modelName,
  version: null,
  digest: null,
  linked: [],
  environment: null,
  previousVersion: null,
  rolloutId: null,
  step: 0,
  of: 0,
  weight: 0,
  steps: [],
  evidence: [],
  reasons: [],
  deployment: null,
  ledger: { branch: inputs.ledgerBranch, commit: '', seq: 0, head: '' },
});

/** Where the ledger stands. */
export const ledgerPosition = (inputs: Inputs, ledger: Ledger, commit: string) => ({
  branch: inputs.ledgerBranch,
  commit,
  seq: ledger.state.head.seq,
  head: ledger.state.head.hash,
});

/** The evidence as the document lists it. */
export const evidenceReport = ({ location, kind, digest, document }: EvidenceDocument): EvidenceReport => ({
  location,
  kind,
  digest,
  verdict: document.verdict,
});
