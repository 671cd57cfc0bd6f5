import { sha256 } from '../../lib/digest.ts';
import type { GateDocument } from '../../lib/documents/gate.ts';
import type { Verdict } from '../../lib/verdict.ts';

/** What a comment says in the end: `unverified` is a verdict of an untrusted run that is in doubt. */
export type Said = Verdict | 'unverified';

/** What a comment tells the run that comes after it, in a line nobody sees. */
export interface CommentState {
  readonly said: Said;
  /** Names the set of gates and guards that do not hold, and how each stands. */
  readonly open: string;
}

/** When a comment is wanted, as the input `comment` has it. */
export type CommentMode = 'always' | 'on-change' | 'on-failure' | 'never';

/** What is known when it is decided whether to comment. */
export interface CommentCase {
  readonly mode: CommentMode;
  /** Whether a comment of ours is there. */
  readonly exists: boolean;
  /** What that comment says; `undefined` where it does not say so in our way. */
  readonly before: CommentState | undefined;
  readonly now: CommentState;
  /** Whether the verdict fails the step, or would if it were allowed to. */
  readonly blocks: boolean;
}

export const stateOf = ({ gates, guards }: GateDocument, said: Said): CommentState => {
  const open = [
    ...gates.map(({ id, slice, verdict }) => ({ id, slice: slice ?? '', verdict })),
    ...guards.map(({ id, verdict }) => ({ id: `guard ${id}`, slice: '', verdict })),
  ].filter(({ verdict }) => verdict !== 'pass');
  const keys = open.map(({ id, slice, verdict }) => JSON.stringify([id, slice, verdict])).sort();
  return { said, open: sha256(keys.join('\n')).slice('sha256:'.length, 'sha256:'.length + 16) };
};

/** The state as an HTML comment, which Markdown hides. */
export const stateLine = ({ said, open }: CommentState): string =>
  `<!-- mlops-gate-state said=${said} open=${open} -->`;

/** The state that a comment of ours keeps. */
export function readState(body: string): CommentState | undefined {
  const found =
    /<!-- mlops-gate-state said=(pass|waived|warn|inconclusive|fail|unverified) open=([0-9a-f]{16}) -->\s*$/.exec(
      body,
    );
  return found?.[1] && found[2] ? { said: found[1] as Said, open: found[2] } : undefined;
}

const changed = ({ before, now }: CommentCase): boolean =>
  before?.said !== now.said || before.open !== now.open;

const WANTED: Readonly<Record<CommentMode, (situation: CommentCase) => boolean>> = {
  always: () => true,
  // The first comment is one with something to say; later ones are edited when that is something else.
  'on-change': (situation) => (situation.exists ? changed(situation) : situation.now.said !== 'pass'),
  // A comment about a failure that is mended must not stay as it is.
  'on-failure': ({ blocks, exists }) => blocks || exists,
  never: () => false,
};

/** Whether to create or edit the comment. */
export const wantsComment = (situation: CommentCase): boolean => WANTED[situation.mode](situation);

/** Whether people are to be mentioned: once for each time that the gate begins to fail, not on every push. */
export const wantsMention = ({ before, now }: CommentCase): boolean =>
  now.said === 'fail' && before?.said !== 'fail';
