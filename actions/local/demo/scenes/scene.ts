import type { RunRecord } from '../../workflow/run-record.ts';
import type { PullRequestView } from '../demo-record.ts';
import type { Expectations } from '../expectations.ts';
import type { Stage } from '../stage.ts';

/** What a scene leaves behind. */
export interface Played {
  readonly outcome: string;
  readonly runs: readonly RunRecord[];
  readonly pullRequest?: PullRequestView;
}

/** One act of the demo: does something, and says what must be so afterwards. */
export interface Scene {
  readonly title: string;
  readonly story: string;
  play(stage: Stage, expect: Expectations): Promise<Played>;
}
