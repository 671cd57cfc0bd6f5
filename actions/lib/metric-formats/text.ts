import { ActionError } from '../errors.ts';
import { numberHint } from '../tabular/number-text.ts';
import { measured, numberOfText, Problems } from './entry.ts';
import { fileFormat, type Measured } from './format.ts';
import type { SourceOf } from './source.ts';

/** `name = value`, `name: value`; names may hold blanks, values no white space. */
const LINE = /^\s*([^=:#\s](?:[^=:]*[^=:\s])?)\s*[=:]\s*(\S+)\s*$/;

function read({ text, where }: SourceOf<'lines'>): readonly Measured[] {
  const problems = new Problems();
  const found = text.split(/\r\n|\n|\r/).flatMap((line, index) => {
    const place = `${where}:${index + 1}`;
    if (/^\s*(#.*)?$/.test(line)) return [];
    const [, name, written] = LINE.exec(line) ?? [];
    if (name === undefined || written === undefined) {
      problems.add(
        `${place}: expected name=number or name: number, found ${JSON.stringify(line.slice(0, 60))}`,
      );
      return [];
    }
    const value = numberOfText(written);
    if (value !== undefined) return [measured(name, value, () => place)];
    const hint = numberHint(written);
    problems.add(
      `${place}: ${name}: expected a number, found ${JSON.stringify(written.slice(0, 40))}${hint === '' ? '' : `: ${hint}`}`,
    );
    return [];
  });
  problems.throwAny();
  if (found.length === 0) throw new ActionError('invalid-file', `${where}: holds no line with a metric`);
  return found;
}

/** Lines of names and numbers. Almost any text could pass for it, so it is read only where it is asked for. */
export const text = fileFormat({
  name: 'text',
  title: 'lines of name=number or name: number (only when asked for)',
  naming: 'the names before `=` or `:`',
  source: 'lines',
  anyShape: true,
  fits: () => false,
  read: (source) => ({ metrics: read(source) }),
});
