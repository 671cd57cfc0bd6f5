import { availableParallelism } from 'node:os';
import { ActionError, errorMessage } from '../../lib/errors.ts';
import { holds, type Scope, type Status, type ValueMap } from './expression.ts';
import { runContext } from './github-context.ts';
import { runJob } from './job-runner.ts';
import { Limit } from './limit.ts';
import { type CalledJob, callWorkflow } from './reusable-workflow.ts';
import type { RunPlan } from './run-plan.ts';
import type { Conclusion, JobRecord } from './run-record.ts';
import { type Cell, readStrategy } from './strategy.ts';
import type { JobSpec } from './workflow-file.ts';

/** How a job (with all its cells) ended, for those that need it. */
interface JobResult {
  readonly result: Conclusion;
  readonly outputs: Readonly<Record<string, string>>;
  /** The results of this job and of all jobs before it. */
  readonly lineage: ReadonlySet<Conclusion>;
  readonly records: readonly JobRecord[];
}

/** What runs of jobs share beyond the plan. */
export interface GraphOptions {
  /** Put before the names of jobs of a called workflow. */
  readonly prefix: string;
  readonly limit: Limit;
  /** Opens the log of a job. */
  readonly printer: (job: string) => (line: string) => void;
}

/** Two at least, so that jobs that do not need each other really run at the same time. */
export const machineLimit = (): Limit => new Limit(Math.max(2, availableParallelism()));

/** Runs the jobs of a workflow, each as soon as those it needs have ended. In the order of the file. */
export async function runJobs(plan: RunPlan, options: GraphOptions): Promise<readonly JobRecord[]> {
  const specs = new Map(selectJobs(plan).map((spec) => [spec.id, spec]));
  const results = new Map<string, Promise<JobResult>>();
  const resultOf = (spec: JobSpec): Promise<JobResult> => {
    const known = results.get(spec.id) ?? runAfterNeeds(spec);
    results.set(spec.id, known);
    return known;
  };
  const runAfterNeeds = async (spec: JobSpec): Promise<JobResult> => {
    const needed = await Promise.all(
      spec.needs.flatMap((id) => {
        const need = specs.get(id);
        return need ? [resultOf(need).then((result) => [id, result] as const)] : [];
      }),
    );
    return runSpec(plan, spec, new Map(needed), options);
  };
  const all = await Promise.all([...specs.values()].map(resultOf));
  return all.flatMap(({ records }) => records);
}

/** All jobs, or the one asked for with those it needs. */
function selectJobs({ workflow, onlyJob }: RunPlan): readonly JobSpec[] {
  if (onlyJob === undefined) return workflow.jobs;
  const wanted = new Set([onlyJob]);
  for (const id of wanted) for (const need of findJob(workflow.jobs, id).needs) wanted.add(need);
  return workflow.jobs.filter(({ id }) => wanted.has(id));
}

function findJob(jobs: readonly JobSpec[], id: string): JobSpec {
  const found = jobs.find((job) => job.id === id);
  if (found) return found;
  throw new ActionError(
    'invalid-input',
    `job: there is no job "${id}", only ${jobs.map((job) => job.id).join(', ')}`,
  );
}

async function runSpec(
  plan: RunPlan,
  spec: JobSpec,
  needed: ReadonlyMap<string, JobResult>,
  options: GraphOptions,
): Promise<JobResult> {
  const before = new Set([...needed.values()].flatMap(({ lineage }) => [...lineage]));
  const needs: ValueMap = Object.fromEntries(
    [...needed].map(([id, { result, outputs }]) => [id, { result, outputs }]),
  );
  const scope: Scope = {
    contexts: { github: runContext(plan), inputs: plan.trigger.inputs, vars: plan.vars, needs },
    status: plan.signal.aborted ? 'cancelled' : statusOf(before),
  };
  const conclude = (records: readonly JobRecord[]): JobResult => {
    const result = combine(records);
    const outputs = Object.assign({}, ...records.map((record) => withoutEmpty(record.outputs)));
    return { result, outputs, lineage: new Set([...before, result]), records };
  };
  const finish = (record: JobRecord): JobRecord => {
    plan.emit({ kind: 'job-finished', job: record });
    return record;
  };
  const name = `${options.prefix}${spec.id}`;
  try {
    if (!holds(spec.condition, scope)) return conclude([finish(emptyJob(spec.id, name, 'skipped', ''))]);
    if (spec.uses !== undefined) return conclude(await runCalls(plan, spec, scope, options));
    return conclude(await runCells(plan, spec, needs, scope, options, finish));
  } catch (error) {
    return conclude([finish(emptyJob(spec.id, name, 'failure', errorMessage(error)))]);
  }
}

/** Calls a reusable workflow, once for each cell of the matrix. */
async function runCalls(
  plan: RunPlan,
  spec: JobSpec,
  scope: Scope,
  options: GraphOptions,
): Promise<readonly JobRecord[]> {
  const { cells, failFast, maxParallel } = readStrategy(spec, scope);
  const siblings = new AbortController();
  const within = { ...plan, signal: AbortSignal.any([plan.signal, siblings.signal]) };
  const parallel = new Limit(maxParallel);
  const call = async ({ name, matrix, strategy }: Cell): Promise<readonly JobRecord[]> => {
    const contexts = { ...scope.contexts, matrix, strategy };
    const called = { spec, scope: { ...scope, contexts }, name: `${options.prefix}${name}` };
    const { records, outputs } = await callWorkflow(within, { ...called, run: callRunner(options) });
    if (failFast && combine(records) === 'failure') siblings.abort();
    return calledRecords(spec.id, { records, outputs });
  };
  return (await Promise.all(cells.map((cell) => parallel.run(() => call(cell))))).flat();
}

const callRunner =
  (options: GraphOptions) =>
  (plan: RunPlan, prefix: string): Promise<readonly JobRecord[]> =>
    runJobs(plan, { ...options, prefix });

/** The jobs of a called workflow count as cells of the calling job; its outputs are those of the call. */
const calledRecords = (id: string, { records, outputs }: CalledJob): readonly JobRecord[] =>
  records.map((record, position) => ({ ...record, id, outputs: position === 0 ? outputs : {} }));

/** Runs the cells of a job's matrix; with `fail-fast` the first failure cancels its siblings. */
async function runCells(
  plan: RunPlan,
  spec: JobSpec,
  needs: ValueMap,
  scope: Scope,
  options: GraphOptions,
  finish: (record: JobRecord) => JobRecord,
): Promise<readonly JobRecord[]> {
  const { cells, failFast, maxParallel } = readStrategy(spec, scope);
  const siblings = new AbortController();
  const signal = AbortSignal.any([plan.signal, siblings.signal]);
  const parallel = new Limit(maxParallel);
  const runCell = async (cell: Cell, index: number): Promise<JobRecord> => {
    const name = `${options.prefix}${cell.name}`;
    if (siblings.signal.aborted)
      return finish(emptyJob(spec.id, name, 'cancelled', 'another job of the matrix failed'));
    const key = `${options.prefix}${spec.id}${cells.length > 1 ? `-${index + 1}` : ''}`.replace(
      /[^\w-]+/g,
      '-',
    );
    const record = await runJob(plan, {
      ...cell,
      spec,
      name,
      key,
      needs,
      signal,
      print: options.printer(name),
    });
    if (record.conclusion === 'failure' && failFast) siblings.abort();
    return finish(record);
  };
  return Promise.all(
    cells.map((cell, index) => parallel.run(() => options.limit.run(() => runCell(cell, index)))),
  );
}

/** What the status functions of a job say, given how the jobs before it ended. */
function statusOf(before: ReadonlySet<Conclusion>): Status {
  if (before.has('failure')) return 'failure';
  return before.has('cancelled') || before.has('skipped') ? 'skipped' : 'success';
}

/** The worst conclusion of several jobs; a failure that is tolerated counts as success; skipped only when all are. */
export function combine(records: readonly JobRecord[]): Conclusion {
  const conclusions = records.map(({ conclusion, tolerated }) =>
    tolerated && conclusion === 'failure' ? 'success' : conclusion,
  );
  if (conclusions.includes('failure')) return 'failure';
  if (conclusions.includes('cancelled')) return 'cancelled';
  return conclusions.length > 0 && conclusions.every((one) => one === 'skipped') ? 'skipped' : 'success';
}

const withoutEmpty = (outputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== ''));

/** A job of which no step ran. */
const emptyJob = (id: string, name: string, conclusion: Conclusion, message: string): JobRecord => ({
  ...{
    id,
    name,
    conclusion,
    tolerated: false,
    durationMs: 0,
    permissions: {},
    environment: '',
    concurrency: '',
  },
  ...{ outputs: {}, message, steps: [] },
});
