import { durationText } from '../../lib/duration.ts';
import { ActionError } from '../../lib/errors.ts';
import type { PreflightCheck } from '../../lib/rollout/rollout.ts';
import { type AnalysisValues, encodings, fillTemplate } from '../../lib/rollout/template.ts';
import type { CommandResult, Runtime } from '../runtime.ts';

/** `unknown`: the check could not be made, which says nothing about the model. */
export interface CheckResult {
  readonly kind: 'passed' | 'failed' | 'unknown';
  /** What was found; empty where there is nothing to say. */
  readonly message: string;
}

/** The exit status by which a program says that it cannot tell. */
const CANNOT_TELL = 3;

/** Runs a program of the user's. Exit 0: passed; 3, no end in time and no such program: it cannot be told; else: failed. */
export async function checkByCommand(
  runtime: Runtime,
  { argv, timeoutMs }: Extract<PreflightCheck, { kind: 'command' }>,
  values: AnalysisValues,
): Promise<CheckResult> {
  const filled = argv.map((argument) => fillTemplate(argument, values, encodings.verbatim));
  try {
    return resultOf(await runtime.commands.run(filled, { timeoutMs, keep: 'end' }), timeoutMs);
  } catch (error) {
    if (error instanceof ActionError && error.code === 'not-found')
      return { kind: 'unknown', message: error.message };
    throw error;
  }
}

function resultOf({ exitCode, timedOut, stderr, stdout }: CommandResult, timeoutMs: number): CheckResult {
  if (timedOut) return { kind: 'unknown', message: `it did not end within ${durationText(timeoutMs)}` };
  if (exitCode === 0) return { kind: 'passed', message: '' };
  // Programs tell last why they fail.
  const said = (stderr.trim() || stdout.trim()).split('\n').at(-1)?.trim().slice(0, 300) ?? '';
  const message = `it ended with ${exitCode}${said === '' ? '' : `: ${said}`}`;
  return { kind: exitCode === CANNOT_TELL ? 'unknown' : 'failed', message };
}
