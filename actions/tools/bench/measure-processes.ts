import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A command that is timed as a whole process. */
export interface Contestant {
  readonly name: string;
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Its output is the data itself: thrown away, where that of others is kept. */
  readonly discardOutput?: boolean;
  /** Any exit status is as good as 0. */
  readonly mayFail?: boolean;
}

/** What one run of a contestant took. */
export interface Sample {
  /** From start to exit, in seconds. */
  readonly seconds: number;
  /** User and system time of all its threads, in seconds; absent where GNU time is. */
  readonly cpu?: number;
  /** Largest resident memory in MiB; absent where GNU time is. */
  readonly mebibytes?: number;
  /** Its standard output, unless that was thrown away. */
  readonly output: string;
}

/**
 * GNU time (Linux; `apt-get install time`) asks the kernel for processor time and the peak of memory of a child that
 * has ended, which Node cannot. It adds about a millisecond, to all alike. BSD's `time` on macOS has other options.
 */
const GNU_TIME = '/usr/bin/time';
const hasGnuTime = (): boolean =>
  process.platform === 'linux' &&
  existsSync(GNU_TIME) &&
  spawnSync(GNU_TIME, ['-f', '%M', 'true']).status === 0;

/**
 * Runs every contestant once a round, in turns, so that a busy moment of the machine hits all alike. One that fails is
 * out, with a line: a time without a result means nothing.
 *
 * @param env - replaces the environment
 */
export function measureProcesses(
  contestants: readonly Contestant[],
  rounds: number,
  env?: Readonly<Record<string, string>>,
): ReadonlyMap<string, readonly Sample[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-measure-'));
  const timed = hasGnuTime();
  const samples = new Map(contestants.map(({ name }) => [name, [] as Sample[]]));
  try {
    for (let round = 0; round < rounds; round += 1)
      for (const contestant of contestants) {
        const list = samples.get(contestant.name);
        if (list === undefined) continue;
        const sample = runOnce(contestant, { folder, timed, env });
        if (typeof sample === 'object') list.push(sample);
        else {
          console.log(`Out: ${contestant.name}: ${sample}`);
          samples.delete(contestant.name);
        }
      }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return samples;
}

/** One run, or why it failed. */
function runOnce(
  { command, env, discardOutput, mayFail }: Contestant,
  how: {
    readonly folder: string;
    readonly timed: boolean;
    readonly env: Readonly<Record<string, string>> | undefined;
  },
): Sample | string {
  const [usage, output, errors] = ['usage', 'output', 'errors'].map((file) => join(how.folder, file)) as [
    string,
    string,
    string,
  ];
  const [program = '', ...args] = how.timed
    ? [GNU_TIME, '-f', '%U %S %M', '-o', usage, '--', ...command]
    : command;
  const [out, err] = [openSync(output, 'w'), openSync(errors, 'w')];
  const started = performance.now();
  const { status } = spawnSync(program, args, {
    env: { ...(how.env ?? process.env), ...env },
    // Files, not pipes: this process must not work while another is timed.
    stdio: ['ignore', discardOutput ? 'ignore' : out, err],
  });
  const seconds = (performance.now() - started) / 1000;
  closeSync(out);
  closeSync(err);
  if (status !== 0 && !mayFail) return `status ${status}\n${readFileSync(errors, 'utf8').slice(-600)}`;
  return {
    seconds,
    ...(how.timed ? readUsage(readFileSync(usage, 'utf8')) : {}),
    output: readFileSync(output, 'utf8').trim(),
  };
}

/** The last line that GNU time wrote: user seconds, system seconds, KiB. A line about the exit status may precede it. */
function readUsage(text: string): { readonly cpu: number; readonly mebibytes: number } {
  const [user = 0, system = 0, kibibytes = 0] = (text.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { cpu: user + system, mebibytes: kibibytes / 1024 };
}

/** The middle of some numbers, the mean of the two middle ones if their count is even; `NaN` of none. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [
    sorted[sorted.length % 2 === 0 ? half - 1 : half],
    sorted[half],
  ];
  return (low + high) / 2;
}
