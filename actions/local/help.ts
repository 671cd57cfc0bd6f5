import type { ActionFile } from './workflow/action-file.ts';
import { literal } from './workflow/template.ts';

/** One flag for a help text. */
export interface FlagHelp {
  readonly name: string;
  /** What stands after the flag, such as `<path>`; empty for a switch. */
  readonly value: string;
  readonly about: string;
}

/** A table of flags, the descriptions wrapped to the width of the terminal. */
export function flagTable(flags: readonly FlagHelp[], columns: number): string {
  const heads = flags.map(({ name, value }) => `  --${name}${value ? ` ${value}` : ''}`);
  const indent = Math.min(34, Math.max(...heads.map(({ length }) => length)) + 2);
  const width = Math.max(30, Math.min(columns, 120) - indent);
  return flags
    .map(({ about }, position) => {
      const head = heads[position] ?? '';
      const [first = '', ...more] = wrap(about, width);
      const start = head.length < indent - 1 ? head.padEnd(indent) : `${head}\n${' '.repeat(indent)}`;
      return [start + first, ...more.map((line) => ' '.repeat(indent) + line)].join('\n');
    })
    .join('\n');
}

/** The help of an action, from its `action.yml`. */
export function actionHelp(name: string, action: ActionFile, columns: number): string {
  const flags = [...action.inputs].map(([input, { description, required, default: fallback }]) => {
    const value = literal(fallback);
    const note = required ? 'required' : value ? `default: ${value}` : '';
    const isSwitch = value === 'true' || value === 'false';
    return {
      name: input,
      value: isSwitch ? '[true|false]' : '<value>',
      about: `${description}${note ? ` (${note})` : ''}`,
    };
  });
  const outputs = [...action.outputs].map(
    ([output, { description }]) => `  ${output.padEnd(18)}${description}`,
  );
  return [
    `${action.name}: ${action.description}`,
    '',
    `usage: npm run local -- ${name} [flags]`,
    '',
    flagTable(flags, columns),
    '',
    'A flag given several times makes an input of several lines. Printed at the end, and passed on in a workflow:',
    '',
    ...outputs,
    '',
    'Exit code: 0 pass, 1 fail, 2 misuse or could not decide.',
    '',
  ].join('\n');
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
