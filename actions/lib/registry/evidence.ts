import type { Digest } from '../digest.ts';
import type { Envelope, Subject } from '../documents/envelope.ts';
import type { EvidenceReport } from '../documents/promotion.ts';
import type { AttachedEvidence } from './events.ts';
import { evidenceRefused, type Refusal } from './refusal.ts';

/** The kinds of documents that speak for a model. */
export type EvidenceKind = 'validation' | 'metrics' | 'gate';

export const EVIDENCE_KINDS: readonly EvidenceKind[] = ['validation', 'metrics', 'gate'];

/**
 * What GitHub says of the run that made a document. Documents say it themselves, but anybody who can write a file can
 * write that; this is read from the API by the number of the run.
 */
export interface EvidenceOrigin {
  /** Repository of the commit: a fork's for its pull requests. */
  readonly repository: string;
  /** `.github/workflows/x.yml`. */
  readonly workflow: string;
  /** `refs/heads/main`; empty where the run names no branch. */
  readonly ref: string;
  readonly commit: string;
}

/** A document that was given as evidence, already valid against its schema. */
export interface EvidenceDocument {
  /** Where it was found, for messages. */
  readonly location: string;
  readonly kind: string;
  /** sha256 of the document's bytes. */
  readonly digest: Digest;
  readonly document: Envelope;
  /** `null` where GitHub knows of no such run; absent where nobody was asked, or GitHub does not tell. */
  readonly origin?: EvidenceOrigin | null;
}

/** The evidence as documents list it. */
export const evidenceReport = ({ location, kind, digest, document }: EvidenceDocument): EvidenceReport => ({
  location,
  kind,
  digest,
  verdict: document.verdict,
});

/** What evidence must satisfy. Times in milliseconds since 1970. */
export interface EvidenceRule {
  readonly required: readonly EvidenceKind[];
  readonly modelDigest: Digest;
  /** `owner/name` of this repository; empty outside GitHub. */
  readonly repository: string;
  readonly now: number;
  readonly maxAgeMs: number;
  /** Workflow files and refs whose documents count, `*` for any part of a name; all where empty. */
  readonly workflows: readonly string[];
  readonly refs: readonly string[];
  /** Documents that were made outside of any run count too, on their word. */
  readonly outsideRuns: boolean;
  /** Data that every document naming data must name; `null` for any. */
  readonly dataDigest: Digest | null;
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

/** Whether a name matches a pattern in which `*` stands for any part of a name. */
const matches = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.split('*').map(escapePattern).join('.*')}$`).test(name);

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const workflowFile = (workflow: string): string => workflow.split('@')[0] ?? '';

const notAllowed = (what: string, name: string, allowed: readonly string[]): string | undefined =>
  allowed.length === 0 || allowed.some((pattern) => matches(pattern, name))
    ? undefined
    : `comes from ${what} ${name || '(none)'}; allowed are ${allowed.join(', ')}`;

/** What a document says of its run must be what GitHub says, where GitHub was asked. */
const checkOrigin: Check = ({ document: { source }, origin }, rule) => {
  if (source.run === 0 && !rule.outsideRuns)
    return 'was made outside of any run, so that where it comes from is only its own word; make it in a workflow of this repository, or allow it with evidence-outside-runs: true';
  if (origin === null)
    return `says it is of run ${source.run}, which this repository does not have, or the token may not see`;
  const restricted = rule.workflows.length + rule.refs.length > 0;
  if (origin === undefined)
    return restricted && rule.repository !== ''
      ? `its run ${source.run} cannot be read, so that where it comes from is only its own word (needs "permissions: actions: read")`
      : undefined;
  if (origin.repository !== rule.repository)
    return `run ${source.run} was of ${origin.repository}, expected ${rule.repository}`;
  if (source.commit !== origin.commit)
    return `says it is of commit ${source.commit}, but run ${source.run} was of ${origin.commit}`;
  if (workflowFile(source.workflow) !== origin.workflow)
    return `says it is from ${workflowFile(source.workflow)}, but run ${source.run} was of ${origin.workflow}`;
  return (
    notAllowed('the workflow', origin.workflow, rule.workflows) ??
    notAllowed('the ref', origin.ref, rule.refs)
  );
};

/** Validations name files of data, the others the rows that were scored. */
const checkData: Check = ({ kind, document }, { dataDigest }) => {
  const named = [...digestsOf(document.subjects, 'data')];
  return dataDigest === null || kind === 'validation' || named.length === 0 || named.includes(dataDigest)
    ? undefined
    : `is about data ${named.join(', ')}, expected ${dataDigest}`;
};

const CHECKS: readonly Check[] = [
  checkKind,
  checkVerdict,
  checkAge,
  checkRepository,
  checkOrigin,
  checkModel,
  checkData,
];

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
 * pass or waived, age, another repository, a run that is not what the document says or is not allowed, another model,
 * other data, documents about different data. Each reason names the
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
      if (earlier === undefined)
        return `no ${kind} document was given; name one in the input evidence, or say in require-evidence what is needed (none, until there is any)`;
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
