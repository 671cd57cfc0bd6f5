import { delimiter } from 'node:path';
import { CommandFiles, type FileCommands } from './command-files.ts';
import type { Frame } from './job-frame.ts';
import { runProcess } from './run-process.ts';
import type { StepOutput } from './workflow-commands.ts';

export interface StepProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Variables of this program beyond those of its step. */
  readonly env: Readonly<Record<string, string>>;
}

/** What a step has around it when its program starts. */
export interface StepSurroundings {
  readonly frame: Frame;
  /** The step's own `env`. */
  readonly env: Readonly<Record<string, string>>;
  readonly output: StepOutput;
  readonly signal: AbortSignal;
}

/** How a program of a step ended, and what it said through the runner's files. */
export interface ProgramResult {
  readonly ok: boolean;
  readonly files: FileCommands;
}

/** Runs one program as the runner would, and lets its `GITHUB_ENV` and `GITHUB_PATH` take effect on later steps. */
export async function runStepProgram(program: StepProgram, step: StepSurroundings): Promise<ProgramResult> {
  const { job } = step.frame;
  const files = new CommandFiles(job.folders.temp);
  const env: Readonly<Record<string, string>> = {
    ...Object.fromEntries(job.env),
    ...step.frame.env,
    ...step.env,
    ...job.defaults,
    ...program.env,
    ...files.environment,
  };
  const path = [...job.path, env['PATH'] ?? ''].join(delimiter);
  const exitCode = await runProcess({
    program: program.program,
    args: program.args,
    cwd: program.cwd,
    env: { ...env, PATH: path },
    onLine: step.output.line,
    signal: step.signal,
  });
  const said = files.read();
  for (const [name, value] of Object.entries(said.env)) job.env.set(name, value);
  job.path.unshift(...said.path.toReversed());
  if (exitCode !== 0 && !step.signal.aborted)
    step.output.annotate({ level: 'error', message: `Process completed with exit code ${exitCode}.` });
  return { ok: exitCode === 0 && !step.signal.aborted, files: said };
}
