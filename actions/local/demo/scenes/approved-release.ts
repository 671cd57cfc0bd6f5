import type { RunRecord } from '../../workflow/run-record.ts';
import type { Expectations } from '../expectations.ts';
import { lastOutputOf } from '../run-facts.ts';
import type { Stage } from '../stage.ts';

/** Releases what is on main, and says yes where the rollout asks a person. */
export async function releaseAndApprove(stage: Stage, expect: Expectations): Promise<readonly RunRecord[]> {
  const release = await stage.run('release.yml', { event: 'push', branch: 'main' });
  expect.equal('the release waits for a person', lastOutputOf(release, 'promote-model', 'status'), 'waiting');
  const approve = await stage.run('approve.yml', {
    event: 'workflow_dispatch',
    workflow: 'approve.yml',
    inputs: {
      version: lastOutputOf(release, 'promote-model', 'version') ?? '',
      reason: 'A fifth of the visitors were well served',
    },
  });
  expect.equal('approved, it succeeds', lastOutputOf(approve, 'promote-model', 'status'), 'completed');
  return [release, approve];
}
