import { ActionError } from '../lib/errors.ts';
import { didYouMean } from '../lib/nearest-name.ts';
import type { Terminal } from '../runtime/terminal.ts';
import type { ActionName } from './action-command.ts';

/** The exit code for a command line that cannot be understood. */
const MISUSE = 2;

type Command = (argv: readonly string[], terminal: Terminal) => Promise<number>;

const action =
  (name: ActionName): Command =>
  async (argv, terminal) =>
    (await import('./action-command.ts')).actionCommand(name, argv, terminal);

/** Every first word of a command line. Each command brings in what it needs and no more. */
const COMMANDS: Readonly<Record<string, { readonly about: string; readonly run: Command }>> = {
  'validate-data': { about: 'check data against its contract', run: action('validate-data') },
  'evaluate-model': { about: 'score a model on a test set', run: action('evaluate-model') },
  'gate-metrics': { about: 'decide whether metrics are good enough', run: action('gate-metrics') },
  'promote-model': { about: 'register a model and put it into an environment', run: action('promote-model') },
  rollback: { about: 'put the last known good model back', run: action('rollback') },
  workflow: {
    about: 'run a workflow file as GitHub would',
    run: async (argv, terminal) => (await import('./workflow-command.ts')).workflowCommand(argv, terminal),
  },
  demo: {
    about: 'a model from pull request to production and back',
    run: async (argv) => (await import('./demo/demo.ts')).runDemo([...argv]),
  },
};

/**
 * Runs one command of `npm run local --`.
 *
 * @returns the exit code: 0 success, 1 failure, 2 misuse
 */
export async function commandLine(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === 'help') {
    terminal.write(usage());
    return name === undefined ? MISUSE : 0;
  }
  try {
    const command = COMMANDS[name];
    if (command) return await command.run(rest, terminal);
    const names = Object.keys(COMMANDS);
    throw new ActionError(
      'invalid-input',
      `${name}: there is no such command${didYouMean(name, names)}\n${usage()}`,
    );
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    terminal.write(`error: ${error.message.trimEnd()}\n`);
    return MISUSE;
  }
}

function usage(): string {
  const lines = Object.entries(COMMANDS).map(([name, { about }]) => `  ${name.padEnd(16)}${about}`);
  return `usage: npm run local -- <command> [flags]      (<command> --help lists its flags)\n\n${lines.join('\n')}\n`;
}
