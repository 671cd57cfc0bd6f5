import type { ChildProcess } from 'node:child_process';
import { ActionError } from '../lib/errors.ts';
import { lingering } from './clock.ts';
import type { CommandResult, Commands } from './runtime.ts';

const MAX_STREAM_BYTES = 1024 * 1024;
const KILL_AFTER_MS = 5_000;
/** What an action is given to talk to GitHub is not handed on to the programs it starts. */
const PRIVATE_VARIABLE = /^(INPUT_|ACTIONS_.*(TOKEN|URL)$|GITHUB_(OUTPUT|ENV|PATH|STATE|STEP_SUMMARY)$)/;

export interface CommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly redact: (text: string) => string;
  readonly signal: AbortSignal;
}

type RunOptions = Parameters<Commands['run']>[1] & {
  /** How long the program may go on after the run was cancelled; ended at once if absent. */
  readonly lingerMs?: number;
};

/** Programs on this machine, started without a shell: arguments reach them byte for byte. */
export const systemCommands = (options: CommandOptions): Commands => ({
  async run(argv, { env, timeoutMs, stdin, keep, lingerMs }: RunOptions) {
    const [program, ...args] = argv;
    if (!program) throw new ActionError('invalid-input', 'a command without a program');
    for (const text of [...argv, ...Object.values(env ?? {})])
      if (text.includes('\0'))
        throw new ActionError(
          'invalid-input',
          `${program}: ${JSON.stringify(text.slice(0, 100))} holds a NUL character, which no program can be given`,
        );
    const { spawn } = await import('node:child_process');
    const inherited = Object.entries(options.env).filter(([name]) => !PRIVATE_VARIABLE.test(name));
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...Object.fromEntries(inherited), ...env },
      shell: false,
      windowsHide: true,
      // A group of its own, so that what it started ends with it.
      detached: process.platform !== 'win32',
    });
    child.stdin?.on('error', () => undefined); // The program may end without reading its input.
    child.stdin?.end(stdin ?? '');
    const collect = keep === 'end' ? collectEnd : collectBeginning;
    const signal = lingerMs === undefined ? options.signal : lingering(options.signal, lingerMs);
    return finished(child, program, timeoutMs, { ...options, signal, collect });
  },
});

function finished(
  child: ChildProcess,
  program: string,
  timeoutMs: number,
  options: CommandOptions & { readonly collect: typeof collectEnd },
): Promise<CommandResult> {
  const stdout = options.collect(child.stdout);
  const stderr = options.collect(child.stderr);
  let timedOut = false;
  let killTimer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    signalGroup(child, 'SIGTERM');
    killTimer ??= setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER_MS);
  };
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, timeoutMs);
  options.signal.addEventListener('abort', stop);
  if (options.signal.aborted) stop();
  return new Promise((done, fail) => {
    const tidy = (): void => {
      clearTimeout(timer);
      clearTimeout(killTimer);
      options.signal.removeEventListener('abort', stop);
    };
    child.once('error', (cause) => {
      tidy();
      fail(new ActionError('not-found', `cannot start ${program}: ${cause.message}`, { cause }));
    });
    child.once('close', (code) => {
      tidy();
      done({
        exitCode: code ?? -1,
        stdout: options.redact(stdout()),
        stderr: options.redact(stderr()),
        timedOut,
      });
    });
  });
}

/** The beginning of a stream as text; the rest is read and dropped, so that the program does not block. */
function collectBeginning(stream: ChildProcess['stdout']): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on('data', (chunk: Buffer) => {
    if (size < MAX_STREAM_BYTES) chunks.push(chunk.subarray(0, MAX_STREAM_BYTES - size));
    size += chunk.length;
  });
  return () => {
    const text = Buffer.concat(chunks).toString('utf8');
    return size > MAX_STREAM_BYTES ? `${text}\n… (${size - MAX_STREAM_BYTES} more bytes)` : text;
  };
}

/** The end of a stream as text. */
function collectEnd(stream: ChildProcess['stdout']): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  let kept = 0;
  stream?.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    kept += chunk.length;
    while (kept - (chunks[0]?.length ?? 0) >= MAX_STREAM_BYTES) kept -= chunks.shift()?.length ?? 0;
  });
  return () => {
    const text = Buffer.concat(chunks).subarray(-MAX_STREAM_BYTES).toString('utf8');
    if (size <= MAX_STREAM_BYTES) return text;
    // Not from the middle of a line, in which half a secret could stand.
    return `(${size - MAX_STREAM_BYTES} bytes before) …\n${text.slice(text.indexOf('\n') + 1)}`;
  };
}

function signalGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The group has ended already.
  }
}
