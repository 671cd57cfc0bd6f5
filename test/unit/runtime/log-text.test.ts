import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logLines } from '../../../actions/runtime/log-text.ts';
import { StepCommands } from '../../../actions/runtime/step-commands.ts';
import { commandsIn } from '../../support/runner-parsers.ts';

/** Texts that are made of the parts commands are made of, so that a gap would be found. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '::',
          ':',
          '##[',
          '##',
          '#',
          '[',
          ']',
          '\n',
          '\r',
          '\r\n',
          ' ',
          '\t',
          '%0A',
          '%',
          '\u200b',
          '\u00ad',
        ],
        ...[
          '\ufe0f',
          '\u034f',
          '\u0085',
          '\u2028',
          '\u2029',
          '\u00a0',
          '\u3000',
          '\ufeff',
          'error',
          'add-mask',
        ],
        ...['set-output name=x', 'stop-commands', 'group', 'file=a,line=1', '\u001b[31m', '\0'],
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

const printed = (print: (commands: StepCommands) => void): string => {
  const lines: string[] = [];
  print(new StepCommands((line) => lines.push(line)));
  return `${lines.join('\n')}\n`;
};

describe('text in the log', () => {
  test('the parsers of the runner find the commands that are there', () => {
    const output =
      'a\n  ::error file=a%2Cb,line=3::x%0Ay%25\nb ##[group]t\n::unknown::x\n::error x\r::debug::d';
    expect(commandsIn(output)).toEqual([
      { name: 'error', properties: { file: 'a,b', line: '3' }, data: 'x\ny%' },
      { name: 'group', properties: {}, data: 't' },
      { name: 'debug', properties: {}, data: 'd' },
    ]);
  });

  test('no text whatever is read as a command', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(commandsIn(printed((commands) => commands.text(text)))).toEqual([]);
      }),
      { numRuns: 5_000 },
    );
  });

  test('a message is one command with the message as its data, and nothing else', () => {
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (message, title, file) => {
        const output = printed((commands) =>
          commands.annotate({ level: 'warning', message, title, file, line: 7 }),
        );
        const found = commandsIn(output);
        expect(found).toHaveLength(1);
        expect(found[0]?.name).toBe('warning');
        expect(Object.keys(found[0]?.properties ?? {})).toEqual(['title', 'file', 'line']);
        expect(commandsIn(found[0]?.data ?? '')).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['plain text stays as it is', 'f1 = 0.93 (50 %): ok', ['f1 = 0.93 (50 %): ok']],
    ['line ends of all systems part lines', 'a\nb\r\nc\rd', ['a', 'b', 'c', 'd']],
    ['a command is shown with a backslash', '  ::add-mask::a', ['\\  ::add-mask::a']],
    ['an old command is shown with a backslash', 'x ##[error]y', ['x ##\\[error]y']],
    ['a mark with weightless characters inside is a mark', ':\ufe0f:error::x', ['\\:\ufe0f:error::x']],
    [
      'controls and separators are written out',
      'a\u0000\u001b[31mb\u2028c\u0085',
      ['a\\u{0}\\u{1B}[31mb\\u{2028}c\\u{85}'],
    ],
    ['tabs stay', 'a\tb', ['a\tb']],
  ])('%s', (_name, text, expected) => {
    expect(logLines(text)).toEqual(expected);
  });
});
