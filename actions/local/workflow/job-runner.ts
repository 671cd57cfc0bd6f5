import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorMessage } from '../../lib/errors.ts';
import {
  type Contexts,
  evaluateText,
  evaluateTexts,
  isMap,
  type Scope,
  type Value,
  type ValueMap,
} from './expression.ts';
import {
  defaultEnvironment,
  type JobFolders,
  jobContext,
  runContext,
  runnerContext,
} from './github-context.ts';
import { type Frame, type RunningJob, stepScope } from './job-frame.ts';
import { Masks } from './masks.ts';
import { jobPermissions } from './permissions.ts';
import type { RunPlan } from './run-plan.ts';
import type { Conclusion, JobRecord, StepRecord } from './run-record.ts';
import { runSteps } from './step-runner.ts';
import { entry, literal } from './template.ts';
import type { JobSpec } from './workflow-file.ts';

/** GitHub's limit on a job that does not set its own. */
const DEFAULT_TIMEOUT_MINUTES = 360;

/** One job of a matrix, or the only job of its kind. */
export interface JobInstance {
  readonly spec: JobSpec;
  readonly name: string;
  /** A name for its folder, unique in the run. */
  readonly key: string;
  readonly matrix: ValueMap;
  readonly strategy: ValueMap;
  /** The results and outputs of the jobs it needs. */
  readonly needs: ValueMap;
  /** Aborted when the run is cancelled, or when a sibling in the matrix fails. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/** Runs the steps of one job. What is wrong with the job itself becomes a failure with a message. */
export async function runJob(plan: RunPlan, instance: JobInstance): Promise<JobRecord> {
  const { spec } = instance;
  const started = Date.now();
  const permissions = jobPermissions(
    plan.workflow.permissions,
    spec.permissions,
    isFromFork(plan.trigger.payload),
  );
  const known = { permissions, tolerated: false, environment: '', concurrency: '' };
  const record = (conclusion: Conclusion, more: Partial<JobRecord>): JobRecord => ({
    ...{ id: spec.id, name: instance.name, conclusion, durationMs: Date.now() - started, ...known },
    ...{ outputs: {}, message: '', steps: [], ...more },
  });
  try {
    const job = prepareJob(plan, instance, plan.services.issueToken(permissions));
    const scope: Scope = { contexts: job.contexts, status: 'success' };
    known.environment = evaluateText(entry(spec.environment, 'name') ?? spec.environment, scope);
    known.tolerated = evaluateText(spec.continueOnError, scope) === 'true';
    known.concurrency = concurrencyGroup(spec.concurrency, scope);
    plan.emit({ kind: 'job-started', job: job.name, detail: describe(permissions, known) });
    const frame = jobFrame(job, plan);
    const steps = [...(await runSteps(spec.steps, frame)), ...(await runPostSteps(frame))];
    const timedOut = job.signal.aborted && !instance.signal.aborted;
    const message = timedOut ? 'The job ran out of its time (timeout-minutes).' : '';
    const conclusion = frame.status === 'cancelled' && timedOut ? 'failure' : frame.status;
    return record(conclusion, { steps, message, outputs: jobOutputs(spec, frame) });
  } catch (error) {
    instance.print(`Error: ${errorMessage(error)}`);
    return record('failure', { message: errorMessage(error) });
  }
}

function prepareJob(plan: RunPlan, instance: JobInstance, token: string): RunningJob {
  const { spec } = instance;
  const folders = makeFolders(plan, instance.key);
  const masks = new Masks();
  for (const secret of [token, ...Object.values(plan.secrets)]) masks.add(secret);
  const runner = runnerContext(folders);
  const github = jobContext(plan, spec.id, folders, token);
  const contexts: Contexts = {
    github,
    runner,
    vars: plan.vars,
    secrets: { ...plan.secrets, GITHUB_TOKEN: token },
    strategy: instance.strategy,
    matrix: instance.matrix,
    needs: instance.needs,
    inputs: plan.trigger.inputs,
  };
  const scope: Scope = { contexts, status: 'success' };
  const workflowEnv = evaluateTexts(plan.workflow.env, scope);
  const jobScope: Scope = { ...scope, contexts: { ...contexts, env: workflowEnv } };
  const timeout = spec.timeoutMinutes
    ? Number(evaluateText(spec.timeoutMinutes, scope))
    : DEFAULT_TIMEOUT_MINUTES;
  if (!(timeout > 0)) throw new Error('timeout-minutes: expected a number above 0');
  const runDefault = (name: string): string => {
    const own = entry(entry(spec.defaults, 'run'), name) ?? entry(entry(plan.workflow.defaults, 'run'), name);
    return evaluateText(own, jobScope);
  };
  return {
    plan,
    id: spec.id,
    name: instance.name,
    folders,
    masks,
    contexts,
    defaults: defaultEnvironment(github, runner),
    env: new Map(Object.entries({ ...workflowEnv, ...evaluateTexts(spec.env, jobScope) })),
    path: [],
    runDefaults: { shell: runDefault('shell'), workingDirectory: runDefault('working-directory') },
    post: [],
    signal: AbortSignal.any([instance.signal, AbortSignal.timeout(timeout * 60_000)]),
    print: instance.print,
  };
}

const jobFrame = (job: RunningJob, plan: RunPlan): Frame => ({
  job,
  steps: new Map(),
  status: 'success',
  depth: 0,
  inputs: plan.trigger.inputs,
  env: {},
  root: undefined,
  actionPath: undefined,
});

function makeFolders(plan: RunPlan, key: string): JobFolders {
  const folder = join(plan.folder, 'jobs', key);
  const folders = {
    workspace: plan.workspace ?? join(folder, 'workspace'),
    temp: join(folder, 'temp'),
    eventFile: join(folder, 'event.json'),
  };
  mkdirSync(folders.workspace, { recursive: true });
  mkdirSync(folders.temp, { recursive: true });
  writeFileSync(folders.eventFile, `${JSON.stringify(plan.trigger.payload, null, 2)}\n`);
  return folders;
}

async function runPostSteps(frame: Frame): Promise<readonly StepRecord[]> {
  const records: StepRecord[] = [];
  for (const run of frame.job.post.toReversed()) {
    const step = await run();
    if (step.conclusion === 'failure' && frame.status === 'success') frame.status = 'failure';
    frame.job.plan.emit({ kind: 'step-finished', job: frame.job.name, step, depth: 0 });
    records.push(step);
  }
  return records;
}

/** The outputs that other jobs see. GitHub drops those that hold a secret, and so do we. */
function jobOutputs(spec: JobSpec, frame: Frame): Readonly<Record<string, string>> {
  const outputs = Object.entries(evaluateTexts(spec.outputs, stepScope(frame)));
  const safe = outputs.filter(([name, value]) => {
    if (!frame.job.masks.covers(value)) return true;
    frame.job.print(`Warning: output "${name}" holds a secret and is not passed on`);
    return false;
  });
  return Object.fromEntries(safe);
}

/** The group of a `concurrency`, which this runner shows and does not enforce: it runs one workflow at a time. */
function concurrencyGroup(concurrency: JobSpec['concurrency'], scope: Scope): string {
  const group = evaluateText(
    entry(concurrency, 'group') ?? (literal(concurrency) ? concurrency : undefined),
    scope,
  );
  if (group !== '' || concurrency?.kind !== 'expression') return group;
  return evaluateText(concurrency, scope);
}

/** The concurrency group of a whole run. */
export const runConcurrency = (plan: RunPlan): string =>
  concurrencyGroup(plan.workflow.concurrency, {
    contexts: { github: runContext(plan), inputs: plan.trigger.inputs, vars: plan.vars },
    status: 'success',
  });

const describe = (
  permissions: Readonly<Record<string, string>>,
  { environment, concurrency }: { readonly environment: string; readonly concurrency: string },
): string =>
  [
    `permissions ${
      Object.entries(permissions)
        .map(([scope, access]) => `${scope}: ${access}`)
        .join(', ') || 'none'
    }`,
    ...(environment ? [`environment ${environment}`] : []),
    ...(concurrency ? [`concurrency ${concurrency}`] : []),
  ].join(' · ');

/** Whether the event is a pull request whose head lies in another repository. */
function isFromFork(payload: ValueMap): boolean {
  const fullName = (side: string): Value | undefined =>
    at(payload, 'pull_request', side, 'repo', 'full_name');
  return at(payload, 'pull_request', 'head') !== undefined && fullName('head') !== fullName('base');
}

function at(value: Value | undefined, ...keys: readonly string[]): Value | undefined {
  let found = value;
  for (const key of keys) found = isMap(found) ? found[key] : undefined;
  return found;
}
