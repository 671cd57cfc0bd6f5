import { type ChildProcess, spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';

/** The runner's ladder on cancellation: SIGINT, then SIGTERM, then SIGKILL. */
const SIGTERM_AFTER_MS = 7_500;
const SIGKILL_AFTER_MS = 2_500;

/** The processes that run now, each the head of a group of its own. */
const running = new Set<ChildProcess>();

/** Ends every process that was started here, and what these started, at once. */
export function endProcesses(): void {
  for (const child of running) signalGroup(child, 'SIGKILL');
}

export interface ProcessRequest {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Every line of both streams, as it comes. */
  readonly onLine: (line: string) => void;
  /** Cancels the process and everything it started. */
  readonly signal: AbortSignal;
}

/** Runs a program in a process group of its own and gives its exit code; 128 when a signal ended it. */
export function runProcess(request: ProcessRequest): Promise<number> {
  const { signal, onLine } = request;
  const child = spawn(request.program, request.args, {
    cwd: request.cwd,
    env: request.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  running.add(child);
  const flush = [eachLine(child.stdout, onLine), eachLine(child.stderr, onLine)];
  const timers: NodeJS.Timeout[] = [];
  const cancel = (): void => {
    signalGroup(child, 'SIGINT');
    timers.push(setTimeout(() => signalGroup(child, 'SIGTERM'), SIGTERM_AFTER_MS));
    timers.push(setTimeout(() => signalGroup(child, 'SIGKILL'), SIGTERM_AFTER_MS + SIGKILL_AFTER_MS));
  };
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel);
  return new Promise((resolve, reject) => {
    const tidy = (): void => {
      running.delete(child);
      signal.removeEventListener('abort', cancel);
      for (const timer of timers) clearTimeout(timer);
      for (const finish of flush) finish();
    };
    child.once('error', (error) => {
      tidy();
      reject(new Error(`${request.program} cannot be started: ${error.message}`, { cause: error }));
    });
    child.once('close', (code) => {
      tidy();
      resolve(code ?? 128);
    });
  });
}

/** Ends a group by the id of the process that we started. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // the group has already ended
  }
}

/** Calls back for every line of a stream; the function returned hands over an unfinished last line. */
function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): () => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  return () => {
    const last = rest + decoder.end();
    rest = '';
    if (last !== '') onLine(last);
  };
}
