import type { BaselineOrigin } from '../../lib/documents/gate.ts';
import { ActionError } from '../../lib/errors.ts';
import type { WorkflowRun } from '../../runtime/github/runs.ts';
import { MAX_ANCESTORS } from './commit-line.ts';
import type { Baseline } from './found-baseline.ts';
import { type Candidate, MAX_RUNS, RunArtifacts } from './run-artifacts.ts';
import { ifFound, type Place, type Search } from './search.ts';

/** Runs of the branch that are searched for its commits. */
const RUNS_LISTED = 300;
const RUNS_OF_A_COMMIT = 10;

/**
 * Events whose runs are about the branch itself. A fork may name its branch like ours, and a run that a pull request
 * or another workflow started may hold what the fork made: none of these counts.
 */
const TRUSTED_EVENTS: ReadonlySet<string> = new Set([
  'push',
  'schedule',
  'workflow_dispatch',
  'repository_dispatch',
]);

/** The artifacts of the runs that this run's commit descends from, or of the newest one of the branch. */
export const runArtifacts: Place = {
  name: 'runs of the workflow',
  async look(search) {
    const { situation } = search;
    if (situation.kind === 'clone') {
      search.note('runs of the workflow', 'outside a workflow there is no run to take it from');
      return undefined;
    }
    const line = await search.line();
    const where = `runs of ${workflowOf(search) ?? 'any workflow'} on ${situation.branch}`;
    if (line === undefined) return newestOn(search, situation.branch, 'previous-run');
    const [nearest] = line.commits;
    if (nearest === undefined) {
      search.note(where, 'there is no commit before this one');
      return undefined;
    }
    const origin = (distance: number): BaselineOrigin =>
      situation.kind === 'pushed' ? 'previous-run' : distance === 0 ? 'merge-base' : 'ancestor';
    const at = ({ headSha }: WorkflowRun): number => line.commits.indexOf(headSha);
    const candidateOf = (run: WorkflowRun): Candidate => {
      const distance = at(run) + line.distance;
      return { run, distance, origin: origin(distance) };
    };
    const artifacts = new RunArtifacts(search);
    const exact = await trustedRuns(search, situation.branch, RUNS_OF_A_COMMIT, nearest);
    const found = await artifacts.first(exact.filter(({ headSha }) => headSha === nearest).map(candidateOf));
    if (found !== undefined) return found;
    const listed = await trustedRuns(search, situation.branch, RUNS_LISTED);
    const nearby = listed
      .filter((run) => at(run) > 0)
      .sort((a, b) => at(a) - at(b) || b.id - a.id)
      .map(candidateOf);
    if (exact.length + nearby.length === 0)
      search.note(
        where,
        `no successful run at ${nearest.slice(0, 7)} or the ${MAX_ANCESTORS} commits before it`,
      );
    return artifacts.first(nearby);
  },
};

/** The newest run of a branch that has the artifact. */
export const branchRuns = (branch: string): Place => ({
  name: `runs on ${branch}`,
  look: (search) => newestOn(search, branch, 'given'),
});

async function newestOn(
  search: Search,
  branch: string,
  origin: BaselineOrigin,
): Promise<Baseline | undefined> {
  const runs = await trustedRuns(search, branch, MAX_RUNS * 2);
  if (runs.length === 0)
    search.note(
      `runs of ${workflowOf(search) ?? 'any workflow'} on ${branch}`,
      'no successful run but this one',
    );
  return new RunArtifacts(search).first(runs.map((run) => ({ run, origin, distance: undefined })));
}

/** Successful runs of the workflow, newest first, that are about the branch itself; this one left out. */
async function trustedRuns(
  search: Search,
  branch: string,
  limit: number,
  headSha?: string,
): Promise<readonly WorkflowRun[]> {
  const { runs } = await search.runtime.github();
  const workflow = workflowOf(search);
  const listed = await ifFound(
    runs.list({
      branch,
      limit,
      ...(workflow !== undefined && { workflow }),
      ...(headSha !== undefined && { headSha }),
    }),
  );
  if (listed === undefined)
    throw new ActionError(
      'not-found',
      `there is no workflow ${workflow ?? ''} yet that has run, or the token may not see it (permissions: actions: read)`,
    );
  const self = search.runtime.context.source.run;
  return listed.filter(({ id, event }) => id !== self && TRUSTED_EVENTS.has(event));
}

function workflowOf({ inputs, runtime }: Search): string | undefined {
  return inputs.baselineWorkflow ?? (runtime.context.source.workflow.split('@')[0] || undefined);
}
