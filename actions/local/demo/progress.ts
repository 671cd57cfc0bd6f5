import { styleText } from 'node:util';
import type { RunEvent, RunRecord } from '../workflow/run-record.ts';
import type { DemoRecord, Expectation } from './demo-record.ts';
import { shortName } from './run-facts.ts';

const SIGNS = {
  success: styleText('green', '✓'),
  failure: styleText('red', '✗'),
  cancelled: styleText('yellow', '!'),
  skipped: styleText('dim', '–'),
} as const satisfies Record<RunRecord['conclusion'], string>;

const time = (ms: number): string => styleText('dim', `${(ms / 1000).toFixed(1)} s`);

/** Tells on the terminal what the demo is doing. */
export class Progress {
  readonly #print: (line: string) => void;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  scene(number: number, of: number, title: string, story: string): void {
    this.#print(`\n${styleText(['bold', 'cyan'], `${number}/${of}  ${title}`)}`);
    this.#print(styleText('dim', wrap(story, 92, '     ')));
  }

  event(event: RunEvent): void {
    if (event.kind === 'run-started') this.#print(`     ${styleText('bold', event.title)} (${event.event})`);
    if (event.kind === 'step-finished' && event.step.conclusion !== 'skipped') {
      const { step, job, depth } = event;
      const indent = '  '.repeat(depth);
      this.#print(
        `       ${indent}${SIGNS[step.conclusion]} ${styleText('dim', `${job}:`)} ${shortName(step.name)} ${time(step.durationMs)}`,
      );
    }
  }

  expectation({ text, met, found }: Expectation): void {
    const shown = met
      ? `${styleText('green', '✓')} ${text}`
      : styleText('red', `✗ expected: ${text}; found: ${found || 'otherwise'}`);
    this.#print(`     ${shown}`);
  }

  end(demo: DemoRecord, page: string): void {
    const missed = demo.scenes.flatMap(({ expectations }) => expectations.filter(({ met }) => !met));
    const total = demo.scenes.flatMap(({ expectations }) => expectations).length;
    const rows = demo.scenes.map(({ number, title, outcome, expectations, durationMs }) => {
      const met = expectations.filter((expectation) => expectation.met).length;
      return [
        String(number),
        title,
        outcome,
        `${met} of ${expectations.length}`,
        `${(durationMs / 1000).toFixed(1)} s`,
      ];
    });
    this.#print(`\n${table([['', 'Scene', 'Outcome', 'As expected', 'Time'], ...rows])}\n`);
    this.#print(
      missed.length === 0
        ? styleText(
            'green',
            `All ${total} expectations are met, in ${(demo.durationMs / 1000).toFixed(1)} s.`,
          )
        : styleText(
            'red',
            `${missed.length} of ${total} expectations are not met, the first: ${missed[0]?.text}`,
          ),
    );
    this.#print(`Everything it left behind: ${styleText('bold', page)}`);
  }
}

function wrap(text: string, width: number, indent: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => indent + line).join('\n');
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row, index) => {
      const line = `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ')}`.trimEnd();
      return index === 0 ? styleText('dim', line) : line;
    })
    .join('\n');
}
