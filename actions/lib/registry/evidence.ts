import type { Digest } from '../digest.ts';
import type { Envelope, Subject } from '../documents/envelope.ts';
import type { AttachedEvidence } from './events.ts';
import { evidenceRefused, type Refusal } from './refusal.ts';

/** The kinds of documents that speak for a model. */
export type EvidenceKind = 'validation' | 'metrics' | 'gate';

export const EVIDENCE_KINDS: readonly EvidenceKind[] = ['validation', 'metrics', 'gate'];

/** A document that was given as evidence, already valid against its schema. */
export interface EvidenceDocument {
  /** Where it was found, for messages. */
  readonly location: string;
  readonly kind: string;
  /** sha256 of the document's bytes. */
  readonly digest: Digest;
  readonly document: Envelope;
}

/** What evidence must satisfy. Times in milliseconds since 1970. */
export interface EvidenceRule {
  readonly required: readonly EvidenceKind[];
  readonly modelDigest: Digest;
  /** `owner/name` of this repository; empty outside GitHub. */
  readonly repository: string;
  readonly now: number;
  readonly maxAgeMs: number;
}

/** Clocks of runners differ by seconds; a document from further ahead is forged or made with a wrong clock. */
const CLOCK_SKEW_MS = 5 * 60_000;

const digestsOf = (subjects: readonly Subject[], role: Subject['role']): ReadonlySet<Digest> =>
  new Set(subjects.filter((subject) => subject.role === role).map((subject) => subject.digest));

type Check = (evidence: EvidenceDocument, rule: EvidenceRule) => string | undefined;

const checkKind: Check = ({ kind }) =>
  EVIDENCE_KINDS.some((known) => known === kind)
    ? undefined
    : `is a ${kind} document; evidence is one of ${EVIDENCE_KINDS.join(', ')}`;

const checkVerdict: Check = ({ document }) =>
  document.verdict === 'pass' || document.verdict === 'waived'
    ? undefined
    : `has the verdict ${document.verdict}, expected pass or waived`;

const days = (ms: number): string => `${(ms / 86_400_000).toFixed(1)} days`;

const ageProblem = (created: string, rule: EvidenceRule): string | undefined => {
  const age = rule.now - Date.parse(created);
  if (!Number.isFinite(age)) return `has no readable time of creation (${created})`;
  if (age < -CLOCK_SKEW_MS) return `was created in the future (${created})`;
  return age > rule.maxAgeMs
    ? `is ${days(age)} old, at most ${days(rule.maxAgeMs)} are allowed; make it anew`
    : undefined;
};

const checkAge: Check = ({ document }, rule) => ageProblem(document.created, rule);

const checkRepository: Check = ({ document }, rule) =>
  document.source.repository === rule.repository
    ? undefined
    : `comes from repository ${document.source.repository || '(none)'}, expected ${rule.repository || '(none)'}`;

const checkModel: Check = ({ kind, document }, { modelDigest }) => {
  const models = [...digestsOf(document.subjects, 'model')];
  if (models.length === 0)
    return kind === 'validation' ? undefined : `names no model, expected ${modelDigest}`;
  return models.every((digest) => digest === modelDigest)
    ? undefined
    : `is about model ${models.join(', ')}, expected ${modelDigest}`;
};

const CHECKS: readonly Check[] = [checkKind, checkVerdict, checkAge, checkRepository, checkModel];

const covers = (all: ReadonlySet<Digest>, some: ReadonlySet<Digest>): boolean =>
  [...some].every((digest) => all.has(digest));

/**
 * Two documents about the model that both name test data must name the same: one may name more of it than the other,
 * not other data. Validations are left out: they name files, the others name the rows that were scored.
 */
function dataProblems(documents: readonly EvidenceDocument[]): readonly string[] {
  const named = documents
    .filter(({ kind }) => kind !== 'validation')
    .map(({ location, document }) => ({ location, data: digestsOf(document.subjects, 'data') }))
    .filter(({ data }) => data.size > 0);
  return named.slice(1).flatMap((other, index) =>
    named
      .slice(0, index + 1)
      .filter((first) => !covers(first.data, other.data) && !covers(other.data, first.data))
      .map(
        (first) =>
          `${other.location}: is about data ${[...other.data].join(', ')}, but ${first.location} about ${[...first.data].join(', ')}`,
      ),
  );
}

/**
 * Everything that speaks against the evidence for a model: a required kind that is missing, a verdict other than
 * pass or waived, age, another repository, another model, documents about different data. Each reason names the
 * document. A required kind may also rest on evidence that was accepted for the version before and is not too old.
 */
export function checkEvidence(
  documents: readonly EvidenceDocument[],
  attached: readonly AttachedEvidence[],
  rule: EvidenceRule,
): readonly Refusal[] {
  const problems = documents.flatMap((evidence) =>
    CHECKS.map((check) => check(evidence, rule))
      .filter((problem) => problem !== undefined)
      .map((problem) => `${evidence.location}: ${problem}`),
  );
  const missing = rule.required
    .filter((kind) => !documents.some((evidence) => evidence.kind === kind))
    .map((kind) => {
      const earlier = attached.find((evidence) => evidence.kind === kind);
      if (earlier === undefined) return `no ${kind} document was given; name one in the input evidence`;
      const problem = ageProblem(earlier.created, rule);
      return problem && `the ${kind} document accepted earlier (${earlier.digest}) ${problem}`;
    })
    .filter((problem) => problem !== undefined);
  return [...missing, ...problems, ...dataProblems(documents)].map(evidenceRefused);
}

/** What the ledger keeps of accepted evidence. */
export const attachedEvidence = ({ kind, digest, document }: EvidenceDocument): AttachedEvidence => ({
  kind,
  digest,
  verdict: document.verdict,
  created: document.created,
});
