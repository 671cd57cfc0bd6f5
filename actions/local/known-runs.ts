import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GitHubService } from './services/github/start-github.ts';
import type { Trigger } from './workflow/run-plan.ts';
import type { Conclusion, RunRecord } from './workflow/run-record.ts';
import type { WorkflowFile } from './workflow/workflow-file.ts';

const workflowPath = (file: string): string => `.github/workflows/${file.split(/[\\/]/).at(-1) ?? ''}`;

/** Tells the REST service about a run that is about to start, and gives its id. */
export function registerRun(github: GitHubService, workflow: WorkflowFile, trigger: Trigger): number {
  return github.runs.register({
    path: workflowPath(workflow.path),
    name: workflow.name,
    event: trigger.event,
    ...runHead(trigger),
    ...forkOf(trigger),
    actor: trigger.actor,
  }).id;
}

/** The repository a pull request's head lies in, when that is not the one it was opened in. */
function forkOf({ payload }: Trigger): { readonly headRepository?: string } {
  const head = childOf(childOf(childOf(childOf(payload, 'pull_request'), 'head'), 'repo'), 'full_name');
  const own = childOf(childOf(payload, 'repository'), 'full_name');
  return typeof head === 'string' && head !== own ? { headRepository: head } : {};
}

/** GitHub knows no skipped run: one whose jobs were all skipped counts as a success. */
export const restConclusion = (conclusion: Conclusion): 'success' | 'failure' | 'cancelled' =>
  conclusion === 'skipped' ? 'success' : conclusion;

/** The commit and branch a run belongs to: those of a pull request's head, not of the merge that it checks out. */
export function runHead({ payload, sha, ref, headRef }: Trigger): { headSha: string; headBranch: string } {
  const head = childOf(childOf(payload, 'pull_request'), 'head');
  const found = childOf(head, 'sha');
  return {
    headSha: typeof found === 'string' ? found : sha,
    headBranch: headRef || ref.replace(/^refs\/(heads|tags)\//, ''),
  };
}

const childOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined;

/** Makes the runs of earlier processes known again, under their numbers, so that their artifacts can be found. */
export function restoreRuns(github: GitHubService, state: string): void {
  const folder = join(state, 'runs');
  const ids = readdirSync(folder)
    .map(Number)
    .filter((id) => Number.isInteger(id) && id > 0);
  for (let id = 1; id <= Math.max(0, ...ids); id += 1) {
    const record = readRecord(join(folder, String(id), 'run.json'));
    const run = github.runs.register({
      path: workflowPath(record?.workflow.file ?? 'unknown.yml'),
      name: record?.workflow.name ?? 'unknown',
      ...(record === undefined ? {} : { title: record.title }),
      event: record?.event ?? 'push',
      headSha: record?.headSha ?? '',
      headBranch: record?.headBranch ?? '',
      actor: record?.actor ?? '',
    });
    const conclusion = record === undefined ? 'cancelled' : restConclusion(record.conclusion);
    github.runs.update(run.id, { status: 'completed', conclusion });
  }
}

/** The record of a run, `undefined` when it was interrupted before there was one. */
const readRecord = (file: string): RunRecord | undefined =>
  existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
