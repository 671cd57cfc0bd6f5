import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ActionError } from '../../lib/errors.ts';
import type { StandIn } from '../stand-ins/catalog.ts';
import type { ActionFile, ActionRuns } from './action-file.ts';
import { evaluateText, evaluateTexts, type Scope } from './expression.ts';
import type { RunningJob } from './job-frame.ts';
import { type ProgramResult, runStepProgram, type StepSurroundings } from './step-process.ts';
import type { Template } from './template.ts';

const STAND_IN_FOLDER = resolve(import.meta.dirname, '../stand-ins');

export type Inputs = Readonly<Record<string, string>>;

/** The inputs of an action: what the step gives, else the defaults. Names are compared without case, as GitHub does. */
export function actionInputs(
  declared: ReadonlyMap<string, Template | string | undefined>,
  given: Template | undefined,
  scope: Scope,
  step: StepSurroundings,
  ignored: readonly string[] = [],
): Inputs {
  const values = new Map(
    Object.entries(evaluateTexts(given, scope)).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const names = [...declared.keys()];
  const known = new Set([...names, ...ignored].map((name) => name.toLowerCase()));
  const unexpected = [...values.keys()].filter((name) => !known.has(name));
  if (unexpected.length > 0)
    step.output.annotate({
      level: 'warning',
      message: `Unexpected input(s) '${unexpected.join("', '")}', valid inputs are ['${names.join("', '")}']`,
    });
  const fallback = (value: Template | string | undefined): string =>
    typeof value === 'string' ? value : evaluateText(value, scope);
  return Object.fromEntries(
    [...declared].map(([name, value]) => [name, values.get(name.toLowerCase()) ?? fallback(value)]),
  );
}

/** Runs the program of a JavaScript action: its bundle, or its source where there is no bundle. */
export function runNodeAction(
  action: ActionFile,
  inputs: Inputs,
  step: StepSurroundings,
): Promise<ProgramResult> {
  const { job } = step.frame;
  const program = entryPoint(action, nodeRuns(action).main, job);
  if (program.endsWith('.ts')) job.print(`running the source of ${action.name}`);
  return runStepProgram(nodeProgram(program, inputs, step, {}), step);
}

/** The program that an action wants to run at the end of the job, `undefined` if it has none. */
export function postProgram(
  action: ActionFile,
): { readonly file: string; readonly condition: Template | undefined } | undefined {
  const { post, postIf } = nodeRuns(action);
  return post === undefined ? undefined : { file: resolve(action.folder, post), condition: postIf };
}

/** Runs the program at the end of the job, with the state that the action saved. */
export const runPostProgram = (
  file: string,
  inputs: Inputs,
  state: Readonly<Record<string, string>>,
  step: StepSurroundings,
): Promise<ProgramResult> => {
  const saved = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value] as const);
  return runStepProgram(nodeProgram(file, inputs, step, Object.fromEntries(saved)), step);
};

/** Runs what does the work of a well-known action on this machine. */
export function runStandIn(standIn: StandIn, inputs: Inputs, step: StepSurroundings): Promise<ProgramResult> {
  const { plan } = step.frame.job;
  const env = { MLOPS_LOCAL_REMOTE: plan.remote, MLOPS_LOCAL_IN_PLACE: plan.workspace ?? '' };
  return runStepProgram(nodeProgram(join(STAND_IN_FOLDER, standIn.program), inputs, step, env), step);
}

function nodeProgram(
  file: string,
  inputs: Inputs,
  { frame }: StepSurroundings,
  env: Readonly<Record<string, string>>,
) {
  const { job } = frame;
  const { services, id } = job.plan;
  const given = Object.entries(inputs).map(([name, value]) => [inputVariable(name), value] as const);
  return {
    program: process.execPath,
    args: [file],
    cwd: job.folders.workspace,
    env: {
      ...Object.fromEntries(given),
      ACTIONS_RESULTS_URL: `${services.resultsUrl}/`,
      ACTIONS_RUNTIME_URL: `${services.resultsUrl}/`,
      ACTIONS_RUNTIME_TOKEN: services.runtimeToken(id, job.id),
      ACTIONS_CACHE_SERVICE_V2: 'true',
      ...env,
    },
  };
}

const inputVariable = (name: string): string => `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;

function nodeRuns(action: ActionFile): Extract<ActionRuns, { kind: 'node' }> {
  if (action.runs.kind === 'node') return action.runs;
  throw new Error(`${action.folder}: not a JavaScript action`);
}

/** @throws ActionError not-found when there is neither bundle nor source */
function entryPoint(action: ActionFile, main: string, { plan }: RunningJob): string {
  const bundle = resolve(action.folder, main);
  const source = join(action.folder, 'index.ts');
  const candidates = plan.fromSource ? [source, bundle] : [bundle, source];
  const found = candidates.find((file) => existsSync(file));
  if (found === undefined)
    throw new ActionError('not-found', `${bundle} does not exist; "npm run build" makes it`);
  return found;
}
