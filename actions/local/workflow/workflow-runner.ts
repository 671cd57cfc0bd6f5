import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluateText } from './expression.ts';
import { runContext } from './github-context.ts';
import { combine, machineLimit, runJobs } from './job-graph.ts';
import { runConcurrency } from './job-runner.ts';
import type { RunPlan } from './run-plan.ts';
import { allSteps, type RunRecord } from './run-record.ts';

/** Artifacts of the run, asked for once its jobs have ended. */
export type ListArtifacts = () => RunRecord['artifacts'];

/** Runs a workflow and writes `run.json`, `log.txt` and `summary.md` into its folder. */
export async function runWorkflow(plan: RunPlan, listArtifacts: ListArtifacts): Promise<RunRecord> {
  const started = new Date();
  mkdirSync(plan.folder, { recursive: true });
  const title = runTitle(plan);
  plan.emit({ kind: 'run-started', title, id: plan.id, event: plan.trigger.event });
  const log = join(plan.folder, 'log.txt');
  writeFileSync(log, '');
  const printer = (job: string) => (line: string) => {
    appendFileSync(log, `${job} │ ${line}\n`);
    plan.emit({ kind: 'line', job, text: line });
  };
  const jobs = await runJobs(plan, { prefix: '', limit: machineLimit(), printer });
  const { trigger } = plan;
  const record: RunRecord = {
    id: plan.id,
    attempt: plan.attempt,
    workflow: { name: plan.workflow.name, file: plan.workflow.path },
    title,
    event: trigger.event,
    repository: plan.repository,
    ref: trigger.ref,
    sha: trigger.sha,
    headSha: plan.headSha,
    headBranch: plan.headBranch,
    actor: trigger.actor,
    conclusion: plan.signal.aborted ? 'cancelled' : combine(jobs),
    started: started.toISOString(),
    durationMs: Date.now() - started.getTime(),
    concurrency: runConcurrency(plan),
    jobs,
    artifacts: listArtifacts(),
    folder: plan.folder,
  };
  writeFileSync(join(plan.folder, 'run.json'), `${JSON.stringify(record, null, 2)}\n`);
  writeFileSync(join(plan.folder, 'summary.md'), summaryOf(record));
  plan.emit({ kind: 'run-finished', run: record });
  return record;
}

/** What the workflow's `run-name` comes to; its name without one. */
export const runTitle = (plan: RunPlan): string =>
  evaluateText(plan.workflow.runName, {
    contexts: { github: runContext(plan), inputs: plan.trigger.inputs, vars: plan.vars },
    status: 'success',
  }) || plan.workflow.name;

/** The job summaries as GitHub shows them: one section for each job that wrote one. */
const summaryOf = ({ title, jobs }: RunRecord): string =>
  [
    `# ${title}`,
    ...jobs.flatMap((job) => {
      const parts = allSteps(job.steps)
        .map(({ summary }) => summary.trim())
        .filter((summary) => summary !== '');
      return parts.length === 0 ? [] : [`## ${job.name}`, ...parts];
    }),
  ]
    .join('\n\n')
    .concat('\n');
