import { commandData, commandProperty, logLines } from './log-text.ts';
import type { Annotation } from './runtime.ts';

export type IssueLevel = Annotation['level'];

/** The runner keeps 10 issues of a kind per step: 8 annotations, one message of the step, one count of the rest. */
const ANNOTATIONS_PER_LEVEL = 8;
const ISSUES_PER_LEVEL = 9;
/** The runner cuts messages here. */
const MESSAGE_CHARACTERS = 4_096;

/**
 * Writes log lines and workflow commands for the runner and keeps within its limits: what does not fit as an
 * annotation is still printed as a line of the log, and counted.
 */
export class StepCommands {
  readonly #write: (line: string) => void;
  readonly #issued: Record<IssueLevel, number> = { error: 0, warning: 0, notice: 0 };
  readonly #omitted: Record<IssueLevel, number> = { error: 0, warning: 0, notice: 0 };

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  /** Plain text, whatever it holds. */
  text(message: string): void {
    for (const line of logLines(message)) this.#write(line);
  }

  /** A command without properties; `name` is one of the runner's own. */
  command(name: 'debug' | 'group' | 'endgroup' | 'add-mask', message = ''): void {
    this.#write(`::${name}::${name === 'add-mask' ? maskData(message) : commandData(message)}`);
  }

  /** A message of the step itself, on no line of a file. */
  issue(level: IssueLevel, message: string): void {
    if (this.#issued[level] < ISSUES_PER_LEVEL) this.#issue({ level, message });
    else this.text(`${TITLES[level]}: ${message}`);
  }

  /** A message on a line of a file. */
  annotate(annotation: Annotation): void {
    const { level, file, line, column } = annotation;
    if (this.#issued[level] < ANNOTATIONS_PER_LEVEL) {
      this.#issue(annotation);
      return;
    }
    this.#omitted[level] += 1;
    const place = [file, line, column].filter((part) => part !== undefined).join(':');
    this.text(`${TITLES[level]}: ${place ? `${place}: ` : ''}${annotation.message}`);
  }

  /** Says how many annotations were not shown as such. */
  close(): void {
    for (const level of LEVELS) {
      const omitted = this.#omitted[level];
      this.#omitted[level] = 0;
      if (omitted > 0)
        this.#issue({ level, message: `… and ${omitted} more of this kind: see the log and the report.` });
    }
  }

  #issue(annotation: Annotation): void {
    this.#issued[annotation.level] += 1;
    const properties = Object.entries({
      title: annotation.title,
      file: annotation.file,
      line: annotation.line,
      endLine: annotation.endLine,
      col: annotation.column,
    })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${commandProperty(String(value))}`);
    const message = commandData(cut(annotation.message));
    this.#write(
      `::${annotation.level}${properties.length > 0 ? ` ${properties.join(',')}` : ''}::${message}`,
    );
  }
}

const LEVELS: readonly IssueLevel[] = ['error', 'warning', 'notice'];
const TITLES: Readonly<Record<IssueLevel, string>> = { error: 'Error', warning: 'Warning', notice: 'Notice' };

const cut = (message: string): string =>
  message.length <= MESSAGE_CHARACTERS ? message : `${message.slice(0, MESSAGE_CHARACTERS - 1)}…`;

/** A mask must name the secret exactly: escaped, but with nothing made visible or broken. */
const maskData = (secret: string): string =>
  secret.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
