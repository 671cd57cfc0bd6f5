import type { Direction } from '../../lib/documents/metrics.ts';

/** What a rule that looks at two numbers gets to see, and what the team that set it up knew. */
export interface Observed {
  readonly direction: Direction;
  readonly candidate: number;
  readonly baseline: number;
  /** One-sided p-value of the paired test for "not worse at all". */
  readonly lossP: number;
  /** The loss a team would accept, in the metric's unit. */
  readonly margin: number;
  /** The baseline's true value, which a limit was once set by. */
  readonly truth: number;
}

/** A rule as other tools offer it: it blocks or it does not. */
export interface PeerRule {
  readonly name: string;
  /** What it is, and where it is found. */
  readonly words: string;
  readonly blocks: (observed: Observed) => boolean;
}

/** How much worse the candidate's number is; positive for a loss. */
const lossOf = ({ direction, candidate, baseline }: Observed): number =>
  direction === 'higher' ? baseline - candidate : candidate - baseline;

const RELATIVE = 0.02;
const RATIO = 2;
const ALPHA = 0.05;

export const PEER_RULES: readonly PeerRule[] = [
  {
    name: 'limit',
    words:
      'a fixed limit on the candidate alone, set at the true value of the baseline less the margin (a value threshold of TFMA or MLflow)',
    blocks: (observed) => lossOf({ ...observed, baseline: observed.truth }) > observed.margin,
  },
  {
    name: 'not worse than main',
    words: 'any loss of the estimate blocks (Codecov `target: auto` without a threshold)',
    blocks: (observed) => lossOf(observed) > 0,
  },
  {
    name: 'difference',
    words:
      'the estimate may lose the margin (`absolute` of a change threshold of TFMA; an inline gate `>= baseline - margin` here)',
    blocks: (observed) => lossOf(observed) > observed.margin,
  },
  {
    name: 'tolerance 2 %',
    words: 'the estimate may lose 2 % of the baseline, whatever the metric (a relative change threshold)',
    blocks: (observed) => lossOf(observed) > RELATIVE * Math.abs(observed.baseline),
  },
  {
    name: 'ratio 200 %',
    words:
      'twice as bad as before (github-action-benchmark as it comes, `alert-threshold: 200%`), with `fail-on-alert`',
    blocks: ({ direction, candidate, baseline }) =>
      (direction === 'higher' ? baseline / candidate : candidate / baseline) > RATIO,
  },
  {
    name: 'p < 0.05',
    words: 'a paired test for each gate, without a margin and without a correction',
    blocks: ({ lossP }) => lossP < ALPHA,
  },
];
