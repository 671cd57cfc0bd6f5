import { ActionError } from '../../lib/errors.ts';
import { entry, literal, type Template } from './template.ts';

interface StepBase {
  readonly id: string | undefined;
  readonly line: number;
  readonly name: Template | undefined;
  readonly condition: Template | undefined;
  readonly env: Template | undefined;
  readonly continueOnError: Template | undefined;
  readonly timeoutMinutes: Template | undefined;
}

/** One step of a job or of a composite action, before anything is evaluated. */
export type StepSpec =
  | (StepBase & {
      readonly kind: 'run';
      readonly run: Template;
      readonly shell: Template | undefined;
      readonly workingDirectory: Template | undefined;
    })
  | (StepBase & { readonly kind: 'uses'; readonly uses: string; readonly with: Template | undefined });

/** @throws ActionError invalid-file for the kinds of step that this runner does not have */
export function toSteps(path: string, steps: Template | undefined): readonly StepSpec[] {
  return steps?.kind === 'list' ? steps.items.map((step) => toStep(path, step)) : [];
}

function toStep(path: string, step: Template): StepSpec {
  const base = {
    id: literal(entry(step, 'id')),
    line: step.line,
    name: entry(step, 'name'),
    condition: entry(step, 'if'),
    env: entry(step, 'env'),
    continueOnError: entry(step, 'continue-on-error'),
    timeoutMinutes: entry(step, 'timeout-minutes'),
  };
  const uses = literal(entry(step, 'uses'));
  const run = entry(step, 'run');
  if (entry(step, 'background'))
    throw new ActionError('invalid-file', `${path}:${step.line}: the local runner has no background steps`);
  if (uses !== undefined) return { ...base, kind: 'uses', uses, with: entry(step, 'with') };
  if (run)
    return {
      ...base,
      kind: 'run',
      run,
      shell: entry(step, 'shell'),
      workingDirectory: entry(step, 'working-directory'),
    };
  throw new ActionError(
    'invalid-file',
    `${path}:${step.line}: the local runner knows steps with run or uses`,
  );
}
