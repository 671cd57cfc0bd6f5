import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ActionError } from '../../lib/errors.ts';
import { commandWords } from '../../lib/serving/command-words.ts';
import { throwIfCancelled } from '../clock.ts';
import type { CommandResult, Runtime } from '../runtime.ts';

/** Shells a command line may be given to. */
export const SHELLS = ['bash', 'sh'] as const;
export type Shell = (typeof SHELLS)[number];

/** A program that scores a test set, and what it is told. */
export interface CommandOptions {
  /** A command line, split into words without a shell, or the words themselves. */
  readonly command: string | readonly string[];
  /** Hands the command line, as it is, to this shell. */
  readonly shell?: Shell | undefined;
  readonly timeoutMs: number;
  /** Test set: `MLOPS_DATA`. */
  readonly dataPath: string;
  /** Model file: `MLOPS_MODEL`; empty there if absent. */
  readonly modelPath?: string | undefined;
}

/** What a program that ended well has left. */
export interface CommandRun {
  /** File with the predictions. */
  readonly path: string;
  readonly elapsedMs: number;
  readonly exitCode: number;
  /** The last lines of what it said on its error stream; empty when it said nothing. */
  readonly stderrTail: string;
}

/** How each shell is started, so that the first failure ends the script as it does in a workflow. */
const SHELL_ARGUMENTS: Readonly<Record<Shell, readonly string[]>> = {
  bash: ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c'],
  sh: ['sh', '-e', '-c'],
};
const OUT = 'predictions';
/** What predictions may be called: programs that go by the name of a file need an extension of their own. */
const FORMATS = ['csv', 'tsv', 'json', 'jsonl', 'ndjson', 'parquet', 'pq'];
const ENDINGS = [
  '',
  ...FORMATS.flatMap((format) => ['', '.gz', '.zst'].map((packed) => `.${format}${packed}`)),
];
const TAIL_LINES = 20;
const TAIL_CHARACTERS = 4_000;

/**
 * Runs a program that reads a test set and writes predictions. It gets the paths of data, model and output in
 * `MLOPS_DATA`, `MLOPS_MODEL` and `MLOPS_OUT`, works in the workspace, and writes either to `MLOPS_OUT` itself or to that
 * path with the extension of a table. What the step was given for GitHub does not reach it.
 *
 * @throws ActionError invalid-input for a line that needs a shell; not-found for a program that is not there;
 *   command-failed when it failed, wrote no file or an empty one; limit-exceeded when it took too long; cancelled
 */
export async function scoreByCommand(runtime: Runtime, options: CommandOptions): Promise<CommandRun> {
  const argv = argvOf(options);
  const program = options.shell ?? argv[0] ?? '';
  const folder = await runtime.files.temporaryFolder('command');
  const env = {
    MLOPS_DATA: await existing(runtime, options.dataPath),
    MLOPS_MODEL: options.modelPath === undefined ? '' : await existing(runtime, options.modelPath),
    MLOPS_OUT: join(folder, OUT),
  };
  const start = performance.now();
  const result = await runtime.commands.run(argv, { env, timeoutMs: options.timeoutMs, keep: 'end' });
  const elapsedMs = performance.now() - start;
  throwIfCancelled(runtime.signal);
  await logOutput(runtime, program, result);
  const stderrTail = tail(result.stderr);
  if (result.timedOut)
    throw new ActionError(
      'limit-exceeded',
      `command: ${program} was ended after ${seconds(options.timeoutMs)}, before it was done${quoted(stderrTail)}`,
    );
  if (result.exitCode !== 0)
    throw new ActionError(
      'command-failed',
      `command: ${program} ${ending(result.exitCode)}${quoted(stderrTail)}`,
    );
  return { path: await writtenFile(folder, program, stderrTail), elapsedMs, exitCode: 0, stderrTail };
}

function argvOf({ command, shell }: CommandOptions): readonly string[] {
  if (typeof command !== 'string') {
    if (shell !== undefined || command.length === 0)
      throw new ActionError(
        'invalid-input',
        'command: a list of words needs at least one, and takes no shell',
      );
    return command;
  }
  if (shell === undefined) return commandWords(command);
  if (command.trim() === '') throw new ActionError('invalid-input', 'command: there is no program in it');
  return [...SHELL_ARGUMENTS[shell], command];
}

/** The real path of a file the program is told to read. */
async function existing(runtime: Runtime, path: string): Promise<string> {
  if (!(await runtime.files.exists(path)))
    throw new ActionError('not-found', `${path}: there is no such file to give to the command`);
  return runtime.files.resolve(path);
}

/** The one file that was written, by any of the names it may have. */
async function writtenFile(folder: string, program: string, stderrTail: string): Promise<string> {
  const found: { readonly path: string; readonly size: number }[] = [];
  for (const ending of ENDINGS) {
    const path = join(folder, OUT + ending);
    const entry = await stat(path).catch(() => undefined);
    if (entry?.isFile()) found.push({ path, size: entry.size });
    else if (entry)
      throw new ActionError(
        'command-failed',
        `command: ${program} made a folder of $MLOPS_OUT${ending}; expected one file with predictions`,
      );
  }
  const [only, ...others] = found;
  if (!only)
    throw new ActionError(
      'command-failed',
      `command: ${program} ended well but wrote nothing to $MLOPS_OUT; expected predictions there, or at that path with ${FORMATS.map((format) => `.${format}`).join(', ')} (.gz and .zst as well)${quoted(stderrTail)}`,
    );
  if (others.length > 0)
    throw new ActionError(
      'command-failed',
      `command: ${program} wrote ${found.map(({ path }) => `$MLOPS_OUT${path.slice(folder.length + 1 + OUT.length)}`).join(' and ')}; expected one file with predictions`,
    );
  if (only.size === 0)
    throw new ActionError(
      'command-failed',
      `command: ${program} ended well, but the file it wrote is empty${quoted(stderrTail)}`,
    );
  return only.path;
}

/** What a program says belongs into the log whether it ended well or not. */
async function logOutput(
  runtime: Runtime,
  program: string,
  { stdout, stderr }: CommandResult,
): Promise<void> {
  const said = [stdout, stderr].map((text) => text.trimEnd()).filter((text) => text !== '');
  if (said.length === 0) return;
  await runtime.log.group(`Output of ${program}`, async () => {
    for (const text of said) runtime.log.info(text);
  });
}

/** The last lines of a text, at most twenty and 4,000 characters. */
const tail = (text: string): string =>
  text.trimEnd().split(/\r?\n/).slice(-TAIL_LINES).join('\n').slice(-TAIL_CHARACTERS).toWellFormed();

const quoted = (stderr: string): string => (stderr === '' ? '' : `; it said last:\n${stderr}`);
const seconds = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`);
const ending = (code: number): string =>
  code === -1 ? 'was ended by a signal' : `ended with exit code ${code}`;
