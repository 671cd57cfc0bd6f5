import { errorMessage } from '../../lib/errors.ts';
import { STAND_INS } from '../stand-ins/catalog.ts';
import { type ActionFile, readAction } from './action-file.ts';
import { resolveAction } from './action-reference.ts';
import { evaluateText, evaluateTexts, holds } from './expression.ts';
import { type Frame, stepScope } from './job-frame.ts';
import {
  actionInputs,
  type Inputs,
  postProgram,
  runNodeAction,
  runPostProgram,
  runStandIn,
} from './node-action.ts';
import type { Conclusion, StepRecord } from './run-record.ts';
import { runScript } from './script-step.ts';
import type { StepSurroundings } from './step-process.ts';
import type { StepSpec } from './step-spec.ts';
import { StepOutput } from './workflow-commands.ts';

/** GitHub's limit on composite actions within composite actions. */
const MAX_DEPTH = 10;
/** Steps that run after a cancellation, such as those with `if: always()`, get this long. */
const AFTER_CANCEL_MS = 5 * 60_000;

/** What the work of one step came to. */
interface StepWork {
  readonly ok: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly steps: readonly StepRecord[];
}

const FAILED: StepWork = { ok: false, outputs: {}, summary: '', steps: [] };

type UsesSpec = Extract<StepSpec, { kind: 'uses' }>;

/** Runs steps one after the other; each sees the results of those before it, and the frame's status follows them. */
export async function runSteps(specs: readonly StepSpec[], frame: Frame): Promise<readonly StepRecord[]> {
  const records: StepRecord[] = [];
  for (const [position, spec] of specs.entries()) {
    const record = await runStep(spec, spec.id ?? `__${position + 1}`, frame);
    const { outputs, outcome, conclusion } = record;
    frame.steps.set(record.id, { outputs, outcome, conclusion });
    if (conclusion === 'failure' && frame.status === 'success') frame.status = 'failure';
    if (frame.job.signal.aborted) frame.status = 'cancelled';
    records.push(record);
  }
  return records;
}

async function runStep(spec: StepSpec, id: string, frame: Frame): Promise<StepRecord> {
  const { job, depth } = frame;
  const output = new StepOutput(job.masks, job.print);
  const name = stepName(spec, frame);
  const started = Date.now();
  const finish = (outcome: Conclusion, conclusion: Conclusion, work: StepWork): StepRecord => {
    const step: StepRecord = {
      id,
      name,
      uses: spec.kind === 'uses' ? spec.uses : '',
      outcome,
      conclusion,
      durationMs: Date.now() - started,
      outputs: work.outputs,
      annotations: output.annotations,
      summary: job.masks.hide(work.summary),
      steps: work.steps,
    };
    job.plan.emit({ kind: 'step-finished', job: job.name, step, depth });
    return step;
  };
  job.plan.emit({ kind: 'step-started', job: job.name, step: name, depth });
  try {
    const env = evaluateTexts(spec.env, stepScope(frame));
    if (!holds(spec.condition, stepScope(frame, env)))
      return finish('skipped', 'skipped', { ...FAILED, ok: true });
    job.print(`── ${name}`);
    const limit = timeLimit(spec, frame, env);
    const step: StepSurroundings = { frame, env, output, signal: stepSignal(frame, limit) };
    const work = await attempt(spec, step);
    const outcome = outcomeOf(work, step, limit);
    const tolerated =
      outcome === 'failure' && evaluateText(spec.continueOnError, stepScope(frame, env)) === 'true';
    return finish(outcome, tolerated ? 'success' : outcome, work);
  } catch (error) {
    output.annotate({ level: 'error', message: errorMessage(error) });
    return finish('failure', 'failure', FAILED);
  }
}

/** The work of a step; an error in it fails the step but does not keep `continue-on-error` from holding. */
async function attempt(spec: StepSpec, step: StepSurroundings): Promise<StepWork> {
  try {
    if (spec.kind === 'uses') return await runAction(spec, step);
    const { ok, files } = await runScript(spec, step);
    return { ok, outputs: files.outputs, summary: files.summary, steps: [] };
  } catch (error) {
    step.output.annotate({ level: 'error', message: errorMessage(error) });
    return FAILED;
  }
}

async function runAction(spec: UsesSpec, step: StepSurroundings): Promise<StepWork> {
  const { frame } = step;
  const { plan, folders } = frame.job;
  const scope = stepScope(frame, step.env);
  const reference = resolveAction(spec.uses, {
    workspace: folders.workspace,
    project: plan.project,
    root: frame.root,
  });
  if (reference.kind === 'stand-in') {
    const standIn = STAND_INS[reference.name];
    if (!standIn) return FAILED;
    const declared = new Map(Object.entries(standIn.inputs));
    const inputs = actionInputs(declared, spec.with, scope, step, standIn.ignored);
    const { ok, files } = await runStandIn(standIn, inputs, step);
    return { ok, outputs: files.outputs, summary: files.summary, steps: [] };
  }
  const action = await readAction(reference.folder);
  const declared = new Map([...action.inputs].map(([name, input]) => [name, input.default] as const));
  const inputs = actionInputs(declared, spec.with, scope, step);
  if (action.runs.kind === 'composite') return runComposite(action, inputs, reference.root, step);
  const { ok, files } = await runNodeAction(action, inputs, step);
  schedulePost(action, inputs, files.state, frame);
  return { ok, outputs: files.outputs, summary: files.summary, steps: [] };
}

async function runComposite(
  action: ActionFile,
  inputs: Inputs,
  root: string,
  step: StepSurroundings,
): Promise<StepWork> {
  const { frame } = step;
  if (action.runs.kind !== 'composite') return FAILED;
  if (frame.depth >= MAX_DEPTH) throw new Error(`composite actions are nested deeper than ${MAX_DEPTH}`);
  const inner: Frame = {
    job: frame.job,
    steps: new Map(),
    status: 'success',
    depth: frame.depth + 1,
    inputs,
    env: { ...frame.env, ...step.env },
    root,
    actionPath: action.folder,
  };
  const steps = await runSteps(action.runs.steps, inner);
  const scope = stepScope(inner);
  const outputs = [...action.outputs].map(([name, { value }]) => [name, evaluateText(value, scope)] as const);
  return { ok: inner.status === 'success', outputs: Object.fromEntries(outputs), summary: '', steps };
}

/** Remembers the program that an action wants to run at the end of the job. */
function schedulePost(
  action: ActionFile,
  inputs: Inputs,
  state: Readonly<Record<string, string>>,
  frame: Frame,
): void {
  const post = postProgram(action);
  if (!post) return;
  frame.job.post.push(async () => {
    const output = new StepOutput(frame.job.masks, frame.job.print);
    const started = Date.now();
    const step: StepSurroundings = { frame, env: {}, output, signal: stepSignal(frame, undefined) };
    const condition = post.condition ?? { kind: 'scalar', value: 'always()', line: 0 };
    const wanted = holds(condition, stepScope(frame));
    const result = wanted ? await runPostProgram(post.file, inputs, state, step) : undefined;
    const outcome = result === undefined ? 'skipped' : result.ok ? 'success' : 'failure';
    return {
      id: '__post',
      name: `Post ${action.name}`,
      uses: '',
      outcome,
      conclusion: outcome,
      durationMs: Date.now() - started,
      outputs: {},
      annotations: output.annotations,
      summary: result?.files.summary ?? '',
      steps: [],
    };
  });
}

function stepName(spec: StepSpec, frame: Frame): string {
  const named = spec.name ? safely(() => evaluateText(spec.name, stepScope(frame))) : '';
  if (named) return named;
  if (spec.kind === 'uses') return `Run ${spec.uses}`;
  const script = safely(() => evaluateText(spec.run, stepScope(frame)));
  return `Run ${frame.job.masks.hide(script.trim().split('\n')[0] ?? '')}`;
}

/** A name that cannot be evaluated is no reason to fail: the step itself will say what is wrong. */
function safely(work: () => string): string {
  try {
    return work();
  } catch {
    return '';
  }
}

/** Milliseconds that a step may take, `undefined` for no limit of its own. */
function timeLimit(spec: StepSpec, frame: Frame, env: Readonly<Record<string, string>>): number | undefined {
  if (!spec.timeoutMinutes) return undefined;
  const minutes = Number(evaluateText(spec.timeoutMinutes, stepScope(frame, env)));
  if (minutes > 0) return minutes * 60_000;
  throw new Error('timeout-minutes: expected a number above 0');
}

function stepSignal({ job }: Frame, limit: number | undefined): AbortSignal {
  if (job.signal.aborted) return AbortSignal.timeout(AFTER_CANCEL_MS);
  return limit === undefined ? job.signal : AbortSignal.any([job.signal, AbortSignal.timeout(limit)]);
}

function outcomeOf(work: StepWork, step: StepSurroundings, limit: number | undefined): Conclusion {
  if (work.ok) return 'success';
  if (step.signal.aborted && step.frame.job.signal.aborted) return 'cancelled';
  if (step.signal.aborted && limit !== undefined)
    step.output.annotate({ level: 'error', message: `The step ran out of its ${limit / 60_000} minutes.` });
  return 'failure';
}
