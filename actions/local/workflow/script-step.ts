import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ActionError } from '../../lib/errors.ts';
import { evaluateText } from './expression.ts';
import { stepScope } from './job-frame.ts';
import { type ProgramResult, runStepProgram, type StepSurroundings } from './step-process.ts';
import type { StepSpec } from './step-spec.ts';

interface Shell {
  readonly argv: readonly string[];
  readonly extension: string;
}

/** The runner's own command lines; `{0}` is the script. Without `shell`, bash runs without `pipefail`. */
const SHELLS: Readonly<Record<string, Shell>> = {
  '': { argv: ['bash', '-e', '{0}'], extension: '.sh' },
  bash: { argv: ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '{0}'], extension: '.sh' },
  sh: { argv: ['sh', '-e', '{0}'], extension: '.sh' },
  python: { argv: ['python3', '{0}'], extension: '.py' },
};

/** @throws ActionError invalid-file for a shell that is neither known nor a command line with `{0}` */
function findShell(name: string): Shell {
  const known = SHELLS[name];
  if (known) return known;
  if (name.includes('{0}')) return { argv: name.split(/\s+/), extension: '' };
  const names = Object.keys(SHELLS).filter((shell) => shell !== '');
  throw new ActionError(
    'invalid-file',
    `shell: ${name}: expected ${names.join(', ')} or a command line with {0}`,
  );
}

/** Runs the script of a `run` step. @throws ActionError for a shell or a folder that does not exist */
export async function runScript(
  spec: Extract<StepSpec, { kind: 'run' }>,
  step: StepSurroundings,
): Promise<ProgramResult> {
  const { frame } = step;
  const { folders, runDefaults } = frame.job;
  const scope = stepScope(frame, step.env);
  const shell = findShell(
    spec.shell ? evaluateText(spec.shell, scope) : frame.depth === 0 ? runDefaults.shell : '',
  );
  const inherited = frame.depth === 0 ? runDefaults.workingDirectory : '';
  const cwd = resolve(folders.workspace, evaluateText(spec.workingDirectory, scope) || inherited);
  if (!existsSync(cwd)) throw new ActionError('not-found', `working-directory: ${cwd} does not exist`);
  const script = join(folders.temp, `${randomUUID()}${shell.extension}`);
  writeFileSync(script, `${evaluateText(spec.run, scope)}\n`);
  const [program = '', ...args] = shell.argv.map((part) => part.replace('{0}', script));
  const env = frame.actionPath === undefined ? {} : { GITHUB_ACTION_PATH: frame.actionPath };
  return runStepProgram({ program, args, cwd, env: { ...env, ...actionName(spec) } }, step);
}

const actionName = (spec: StepSpec): Readonly<Record<string, string>> => ({
  GITHUB_ACTION: spec.id ?? '__run',
});
