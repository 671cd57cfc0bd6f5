import type { Digest } from '../digest.ts';
import type { ManifestFile } from '../manifest.ts';
import type { AttachedEvidence, Draft, ModelSignature } from './events.ts';
import { attachedEvidence, checkEvidence, type EvidenceDocument, type EvidenceRule } from './evidence.ts';
import { ledgerConflict, type Refusal } from './refusal.ts';
import { digestOf, entryOf, type LedgerState } from './state.ts';
import { resolveVersion, type VersionWish } from './versions.ts';

/** The bytes of a model as they were found, and what is known of where they come from. */
export interface ModelFacts {
  readonly digest: Digest;
  readonly files: readonly ManifestFile[];
  readonly uri: string;
  readonly commit: string;
  readonly signature: ModelSignature | null;
  /** Why it was trained; empty when nothing was said. */
  readonly cause: string;
}

/** What is asked for when a version is to be registered or promoted. */
export interface RegistrationRequest {
  readonly wish: VersionWish;
  /** Absent when the version is named and its bytes are not at hand. */
  readonly model: ModelFacts | undefined;
  readonly evidence: readonly EvidenceDocument[];
  readonly rule: Omit<EvidenceRule, 'modelDigest'>;
  readonly dataDigest: Digest | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
  /** Why evidence and quarantine are overridden; empty when they are not. */
  readonly forced: string;
}

/** What to record so that the version is known with its evidence; or why not. */
export type RegistrationPlan =
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  | {
      readonly kind: 'go';
      readonly version: string;
      readonly digest: Digest;
      readonly linked: readonly string[];
      readonly drafts: readonly Draft[];
    };

const refused = (...refusals: readonly Refusal[]): RegistrationPlan => ({ kind: 'refused', refusals });

/**
 * Documents that the version does not have yet; none where some were refused: those that a person has forced the way past
 * are not accepted by that, and must not count the next time.
 */
const newEvidence = (
  { evidence }: RegistrationRequest,
  known: Readonly<Record<string, AttachedEvidence>>,
  refusals: readonly Refusal[],
): readonly EvidenceDocument[] =>
  evidence.filter(({ kind, digest }) => refusals.length === 0 && entryOf(known, kind)?.digest !== digest);

/**
 * Decides on a registration: the version, its bytes, and whether the evidence speaks for exactly these bytes. Forced,
 * evidence is not asked for and quarantine is lifted; a version still never changes its bytes.
 */
export function planRegistration(state: LedgerState, request: RegistrationRequest): RegistrationPlan {
  const { wish, model, evidence } = request;
  const digest = model?.digest ?? digestOf(state, wish.kind === 'exact' ? wish.version : null);
  if (digest === undefined)
    return refused(
      ledgerConflict(
        wish.kind === 'exact'
          ? `version ${wish.version} of ${state.model} is not registered; give its files in the input model`
          : 'there is no model to register; give its files in the input model',
      ),
    );
  const quarantine = entryOf(state.quarantine, digest);
  const released = quarantine !== undefined && request.forced !== '';
  const resolved = resolveVersion(state, wish, digest, { released });
  if (resolved.kind === 'refused') return refused(resolved.refusal);
  const { version } = resolved;
  const known = entryOf(state.versions, version)?.evidence ?? {};
  const refusals = checkEvidence(evidence, Object.values(known), { ...request.rule, modelDigest: digest });
  if (refusals.length > 0 && request.forced === '') return refused(...refusals);
  const drafts: Draft[] = [];
  if (resolved.kind === 'new' && model !== undefined)
    drafts.push({
      type: 'version.registered',
      version,
      digest,
      data: {
        uri: model.uri,
        commit: model.commit,
        files: model.files,
        dataDigest: request.dataDigest,
        metrics: request.metrics,
        intervals: request.intervals,
        signature: model.signature,
        cause: model.cause,
      },
    });
  if (released) drafts.push({ type: 'version.released', version, digest, data: { reason: request.forced } });
  const fresh = newEvidence(request, known, refusals);
  if (fresh.length > 0)
    drafts.push({
      type: 'evidence.attached',
      version,
      digest,
      data: { evidence: fresh.map(attachedEvidence) },
      step: fresh.map((document) => document.digest).join(' '),
    });
  return { kind: 'go', version, digest, linked: resolved.kind === 'new' ? resolved.linked : [], drafts };
}
