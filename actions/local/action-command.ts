import { join } from 'node:path';
import { ActionError } from '../lib/errors.ts';
import { runLocally } from '../runtime/local-runtime.ts';
import type { Main } from '../runtime/runtime.ts';
import type { Terminal } from '../runtime/terminal.ts';
import { cancellation } from './cancellation.ts';
import { type FlagKind, parseFlags } from './flags.ts';
import { actionHelp } from './help.ts';
import { PROJECT_FOLDER } from './project-folder.ts';
import { type ActionFile, type ActionInput, readAction } from './workflow/action-file.ts';
import { literal } from './workflow/template.ts';

/** The actions' stories, each loaded only when it is asked for. */
export const MAINS = {
  'validate-data': () => import('../validate-data/main.ts'),
  'evaluate-model': () => import('../evaluate-model/main.ts'),
  'gate-metrics': () => import('../gate-metrics/main.ts'),
  'promote-model': () => import('../promote-model/main.ts'),
  rollback: () => import('../rollback/main.ts'),
} as const satisfies Record<string, () => Promise<{ readonly main: Main }>>;

export type ActionName = keyof typeof MAINS;

/**
 * Runs one action in this process, its inputs as flags: `--data train.csv --contract contract.yaml`.
 * A flag given several times makes an input of several lines.
 *
 * @returns the exit code: 0 pass, 1 fail, 2 misuse or could not decide
 * @throws ActionError invalid-input for flags that the action does not have
 */
export async function actionCommand(
  name: ActionName,
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const action = await readAction(join(PROJECT_FOLDER, 'actions', name));
  const kinds = new Map([...action.inputs].map(([input, declared]) => [input, flagKind(declared)] as const));
  const { words, flags } = parseFlags(argv, new Map([...kinds, ['help', 'switch']]));
  if (flags.has('help')) {
    terminal.write(actionHelp(name, action, terminal.columns));
    return 0;
  }
  if (words.length > 0)
    throw new ActionError(
      'invalid-input',
      `"${words.join(' ')}": inputs are given as flags; --help lists them`,
    );
  const { main } = await MAINS[name]();
  const { signal, stop } = cancellation(() => terminal.write('cancelling …\n'));
  try {
    return await runLocally(name, main, {
      env: process.env,
      cwd: process.cwd(),
      actionPath: action.folder,
      signal,
      inputs: inputValues(action, flags),
      terminal,
    });
  } finally {
    stop();
  }
}

/** An input that is true or false by default can be given as a flag alone; every other one takes its value. */
function flagKind({ default: fallback }: ActionInput): FlagKind {
  const value = literal(fallback);
  return value === 'true' || value === 'false' ? 'switch' : 'many';
}

/** The inputs given, and the defaults of the others; an expression stands for the token, which the environment has. */
function inputValues(
  action: ActionFile,
  flags: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, string> {
  const values = [...action.inputs].map(([name, { default: fallback }]) => {
    const otherwise =
      fallback?.kind === 'expression' ? (process.env['GITHUB_TOKEN'] ?? '') : literal(fallback);
    return [name, flags.get(name)?.join('\n') ?? otherwise ?? ''] as const;
  });
  return new Map(values);
}
