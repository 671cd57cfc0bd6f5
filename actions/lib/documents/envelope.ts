import type { Digest } from '../digest.ts';
import type { Verdict } from '../verdict.ts';

/** The documents the actions hand to each other. Each has `<kind>.ts` (type) and `<kind>.schema.json` beside this file. */
export type DocumentKind = 'validation' | 'profile' | 'part' | 'metrics' | 'gate' | 'promotion' | 'rollback';

/** What a digest in `subjects` is the digest of. */
export type SubjectRole =
  | 'model'
  | 'data'
  | 'contract'
  | 'reference'
  | 'policy'
  | 'metrics'
  | 'rows'
  | 'baseline'
  | 'rollout'
  | 'evidence';

/** One thing that was judged, by content. */
export interface Subject {
  readonly role: SubjectRole;
  /** The path, location or name under which it was given. */
  readonly name: string;
  readonly digest: Digest;
}

/** Who made a document, from which commit, in which run. Empty texts and `0` outside GitHub. */
export interface Source {
  /** `owner/name`. */
  readonly repository: string;
  /** 40 hexadecimal digits; on a pull request the head commit, not the merge commit. */
  readonly commit: string;
  readonly ref: string;
  /** `.github/workflows/x.yml@refs/heads/main`. */
  readonly workflow: string;
  readonly run: number;
  readonly attempt: number;
  /** `evaluate-model@1.0.0`. */
  readonly action: string;
}

/** The head of every document. */
export interface Envelope<K extends DocumentKind = DocumentKind> {
  readonly schema: `mlops-actions/${K}/v1`;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly source: Source;
  readonly subjects: readonly Subject[];
  readonly verdict: Verdict;
}
