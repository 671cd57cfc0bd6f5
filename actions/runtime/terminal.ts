import { formatQuantity } from '../lib/report/format-number.ts';
import { visibleText } from '../lib/report/visible-text.ts';
import { progressLine } from './log.ts';
import type { Annotation, Clock, Log } from './runtime.ts';
import type { Sinks } from './sinks.ts';

/** Where a person reads. */
export interface Terminal {
  /** Whether it is a screen, which shows colours and lets a line be overwritten, rather than a file or a pipe. */
  readonly isScreen: boolean;
  readonly columns: number;
  write(text: string): void;
}

type Style = 'red' | 'yellow' | 'blue' | 'dim' | 'bold';

const STYLES: Readonly<Record<Style, string>> = { red: '31', yellow: '33', blue: '34', dim: '2', bold: '1' };
const LEVEL_STYLES: Readonly<Record<Annotation['level'], Style>> = {
  error: 'red',
  warning: 'yellow',
  notice: 'blue',
};
const MAX_ANNOTATIONS = 50;
const SCREEN_PROGRESS_MS = 100;
const FILE_PROGRESS_MS = 5_000;
const ERASE_LINE = '\r\u001b[K';

/** The results of a step, readable in a terminal; colours and moving progress only on a screen. */
export class TerminalReport {
  readonly #terminal: Terminal;
  readonly #debug: boolean;
  readonly #outputs = new Map<string, string>();
  #annotations = 0;
  #progressShown = false;
  #lastProgress = Number.NEGATIVE_INFINITY;

  constructor(terminal: Terminal, debug: boolean) {
    this.#terminal = terminal;
    this.#debug = debug;
  }

  /** A message in red. */
  error(message: string): void {
    this.#lines(message, 'red', 'error: ');
  }

  sinks(clock: Clock): Sinks {
    return {
      log: this.#log(clock),
      annotate: (annotation) => this.#annotate(annotation),
      output: (name, value) => this.#outputs.set(name, value),
      // The report is among the files an action writes; in the terminal its outputs and findings say the same.
      summary: async () => undefined,
      mask: () => undefined,
      close: async () => this.#close(),
    };
  }

  #log(clock: Clock): Log {
    return {
      debug: (message) => {
        if (this.#debug) this.#lines(message, 'dim');
      },
      info: (message) => this.#lines(message),
      notice: (message) => this.#lines(message, 'blue'),
      warning: (message) => this.#lines(message, 'yellow', 'warning: '),
      error: (message) => this.error(message),
      group: async (title, work) => {
        this.#lines(title, 'bold');
        return work();
      },
      progress: (label, done, total) =>
        this.#progress(clock.now(), progressLine(visibleText(label), done, total)),
    };
  }

  #progress(now: number, line: string): void {
    const { isScreen, columns } = this.#terminal;
    if (now - this.#lastProgress < (isScreen ? SCREEN_PROGRESS_MS : FILE_PROGRESS_MS)) return;
    this.#lastProgress = now;
    this.#terminal.write(
      isScreen ? `${ERASE_LINE}${this.#styled(line.slice(0, columns - 1), 'dim')}` : `${line}\n`,
    );
    this.#progressShown = isScreen;
  }

  #annotate(annotation: Annotation): void {
    this.#annotations += 1;
    if (this.#annotations > MAX_ANNOTATIONS) return;
    const { file, line, column, level, title } = annotation;
    const place = [file, line, column].filter((part) => part !== undefined).join(':');
    const heading = [place, title].filter((part) => part).join('  ');
    this.#lines(`${heading ? `${heading}  ` : ''}${annotation.message}`, LEVEL_STYLES[level], `${level}: `);
  }

  #close(): void {
    this.#erase();
    const more = this.#annotations - MAX_ANNOTATIONS;
    if (more > 0) this.#lines(`… and ${formatQuantity(more, 'more finding')}: see the report.`, 'dim');
    const outputs = [...this.#outputs].filter(([, value]) => value !== '');
    const width = Math.max(0, ...outputs.map(([name]) => name.length));
    for (const [name, value] of outputs)
      this.#terminal.write(`  ${this.#styled(name.padEnd(width), 'dim')}  ${visibleText(value)}\n`);
    this.#outputs.clear();
  }

  #lines(message: string, style?: Style, prefix = ''): void {
    this.#erase();
    for (const [index, line] of message.split(/\r\n|\r|\n/).entries()) {
      const start = index === 0 ? prefix : ' '.repeat(prefix.length);
      this.#terminal.write(
        `${this.#styled(`${start}${line.split('\t').map(visibleText).join('\t')}`, style)}\n`,
      );
    }
  }

  #erase(): void {
    if (this.#progressShown) this.#terminal.write(ERASE_LINE);
    this.#progressShown = false;
  }

  #styled(text: string, style?: Style): string {
    return style && this.#terminal.isScreen ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;
  }
}
