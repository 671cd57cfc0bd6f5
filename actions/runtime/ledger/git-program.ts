import { join } from 'node:path';
import type { CommandResult, Runtime } from '../runtime.ts';

/** A command that only looks at what is on this machine, and one that talks to another. */
const LOCAL_MS = 60_000;
const NETWORK_MS = 120_000;

const AUTHOR = { name: 'MLOps Actions', email: 'mlops-actions@noreply.invalid' };

/** A bare repository of our own in a temporary folder, and `git` in it. */
export interface GitProgram {
  readonly folder: string;
  /** Runs git. Never asks anybody anything; what its user has configured does not change what it does. */
  run(args: readonly string[], options?: GitOptions): Promise<CommandResult>;
}

interface GitOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The command talks to the remote. */
  readonly network?: boolean;
}

/** Makes the repository. @throws ActionError not-found when git cannot be started */
export async function openGitProgram(runtime: Runtime): Promise<GitProgram> {
  const folder = await runtime.files.temporaryFolder('ledger');
  const directory = join(folder, 'ledger.git');
  const run = (args: readonly string[], options: GitOptions = {}) =>
    runtime.commands.run(['git', `--git-dir=${directory}`, ...SETTINGS, ...args], {
      env: { ...surroundings(runtime), ...options.env },
      timeoutMs: options.network ? NETWORK_MS : LOCAL_MS,
      ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
    });
  await run(['init', '--quiet', '--bare']);
  return { folder, run };
}

const SETTINGS = [
  // Without it, a program of the desktop could ask for a password.
  ...['-c', 'core.askPass='],
  ...['-c', 'core.sshCommand=ssh -o BatchMode=yes -o ConnectTimeout=20'],
  ...['-c', 'core.quotePath=false'],
  ...['-c', 'gc.auto=0'],
  ...['-c', 'http.lowSpeedLimit=1', '-c', 'http.lowSpeedTime=30'],
];

const surroundings = ({ clock }: Runtime): Readonly<Record<string, string>> => ({
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_CONFIG_NOSYSTEM: '1',
  // Git for Windows knows this name too.
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ALLOW_PROTOCOL: 'https:http:ssh:file',
  GIT_AUTHOR_NAME: AUTHOR.name,
  GIT_AUTHOR_EMAIL: AUTHOR.email,
  GIT_COMMITTER_NAME: AUTHOR.name,
  GIT_COMMITTER_EMAIL: AUTHOR.email,
  GIT_AUTHOR_DATE: clock.iso(),
  GIT_COMMITTER_DATE: clock.iso(),
});
