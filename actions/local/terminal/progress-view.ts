import type { Terminal } from '../../runtime/terminal.ts';
import {
  type AnnotationRecord,
  allSteps,
  type Conclusion,
  type JobRecord,
  type RunEvent,
  type RunRecord,
} from '../workflow/run-record.ts';

const SIGNS = {
  success: { sign: '✓', colour: '32' },
  failure: { sign: '✗', colour: '31' },
  cancelled: { sign: '!', colour: '33' },
  skipped: { sign: '–', colour: '2' },
} as const satisfies Record<Conclusion, { sign: string; colour: string }>;

const LEVEL_COLOURS = { error: '31', warning: '33', notice: '34' } as const;
const ERASE_LINE = '\r\u001b[K';
const SPINNER_MS = 120;
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)}s`;

/** Shows runs while they go on: finished steps as lines, what runs now in the last line of a screen. */
export class ProgressView {
  readonly #terminal: Terminal;
  readonly #verbose: boolean;
  /** Lines of the step that runs now, by job: shown when the step fails. */
  readonly #lines = new Map<string, string[]>();
  readonly #current = new Map<string, string>();
  #spinner: NodeJS.Timeout | undefined;
  #frame = 0;

  constructor(terminal: Terminal, options: { readonly verbose: boolean }) {
    this.#terminal = terminal;
    this.#verbose = options.verbose;
  }

  readonly show = (event: RunEvent): void => {
    switch (event.kind) {
      case 'run-started':
        this.#print(`${this.#style('1', event.title)} #${event.id} on ${event.event}`);
        this.#spin();
        break;
      case 'job-started':
        this.#print(`${this.#style('1', event.job)} ${this.#style('2', event.detail)}`);
        break;
      case 'step-started':
        this.#current.set(event.job, event.step);
        this.#lines.set(event.job, []);
        break;
      case 'line':
        this.#lines.get(event.job)?.push(event.text);
        if (this.#verbose) this.#print(`    ${this.#style('2', `${event.job} │`)} ${event.text}`);
        break;
      case 'step-finished':
        this.#stepFinished(event);
        break;
      case 'job-finished':
        this.#jobFinished(event.job);
        break;
      case 'run-finished':
        this.#runFinished(event.run);
        break;
      default:
        event satisfies never;
    }
  };

  /** Stops moving; needed when a run ends by an error. */
  close(): void {
    clearInterval(this.#spinner);
    this.#spinner = undefined;
    if (this.#terminal.isScreen) this.#terminal.write(ERASE_LINE);
  }

  #stepFinished({ job, step, depth }: Extract<RunEvent, { kind: 'step-finished' }>): void {
    this.#current.delete(job);
    const time = step.conclusion === 'skipped' ? '' : this.#style('2', ` ${seconds(step.durationMs)}`);
    const tolerated =
      step.outcome === 'failure' && step.conclusion === 'success' ? ' (failed, continues)' : '';
    const sign = this.#sign(tolerated ? 'cancelled' : step.conclusion);
    this.#print(
      `  ${'  '.repeat(depth)}${sign} ${this.#style('2', `${job} ›`)} ${this.#fit(step.name)}${tolerated}${time}`,
    );
    if (step.outcome === 'failure' && step.steps.length === 0 && !this.#verbose)
      for (const line of this.#lines.get(job) ?? [])
        this.#print(`    ${'  '.repeat(depth)}${this.#style('2', '│')} ${line}`);
    this.#lines.set(job, []);
  }

  #jobFinished(job: JobRecord): void {
    const message = job.message ? `: ${job.message}` : '';
    this.#print(`${this.#sign(job.conclusion)} ${this.#style('1', job.name)}${message}`);
  }

  #runFinished(run: RunRecord): void {
    this.close();
    const rows = run.jobs.map((job) => [
      job.name,
      job.conclusion,
      seconds(job.durationMs),
      `${job.steps.length}`,
    ]);
    const widths = ['job', 'result', 'time', 'steps'].map((head, column) =>
      Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
    );
    const line = (cells: readonly string[]): string =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('   ')
        .trimEnd();
    this.#print('');
    this.#print(`  ${this.#style('2', line(['job', 'result', 'time', 'steps']))}`);
    for (const [position, row] of rows.entries())
      this.#print(`${this.#sign(run.jobs[position]?.conclusion ?? 'skipped')} ${line(row)}`);
    for (const job of run.jobs)
      for (const step of allSteps(job.steps))
        for (const one of step.annotations) this.#annotation(job.name, one);
    for (const { name, path } of run.artifacts)
      this.#print(`  ${this.#style('2', 'artifact')} ${name}  ${path}`);
    const verdict = this.#style(SIGNS[run.conclusion].colour, run.conclusion);
    this.#print(
      `${this.#style('1', run.title)} #${run.id}: ${verdict} in ${seconds(run.durationMs)}; ${run.folder}`,
    );
  }

  #annotation(job: string, { level, message, file, line, title }: AnnotationRecord): void {
    const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}  `;
    const text = (title ? `${title}: ` : '') + message.split('\n')[0];
    this.#print(
      `  ${this.#style(LEVEL_COLOURS[level], level.padEnd(7))} ${this.#style('2', job)}  ${place}${text}`,
    );
  }

  #sign(conclusion: Conclusion): string {
    return this.#style(SIGNS[conclusion].colour, SIGNS[conclusion].sign);
  }

  /** Keeps a name to one line of the terminal. */
  #fit(name: string): string {
    const room = Math.max(30, this.#terminal.columns - 40);
    const short = name.replace(/@([0-9a-f]{7})[0-9a-f]{33}$/, '@$1').replace(/\s+/g, ' ');
    return short.length > room ? `${short.slice(0, room - 1)}…` : short;
  }

  #style(code: string, text: string): string {
    return this.#terminal.isScreen ? `\u001b[${code}m${text}\u001b[0m` : text;
  }

  #print(line: string): void {
    this.#terminal.write(`${this.#terminal.isScreen ? ERASE_LINE : ''}${line}\n`);
  }

  #spin(): void {
    if (!this.#terminal.isScreen || this.#spinner) return;
    this.#spinner = setInterval(() => {
      this.#frame = (this.#frame + 1) % SPINNER.length;
      const now = [...this.#current].map(([job, step]) => `${job} › ${this.#fit(step)}`).join('   ');
      const line = `${SPINNER[this.#frame]} ${now}`.slice(0, this.#terminal.columns - 1);
      this.#terminal.write(`${ERASE_LINE}${this.#style('2', line)}`);
    }, SPINNER_MS);
    this.#spinner.unref();
  }
}
