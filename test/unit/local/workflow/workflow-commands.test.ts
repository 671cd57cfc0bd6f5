import { expect, test } from 'vitest';
import { Masks } from '../../../../actions/local/workflow/masks.ts';
import { parseCommand, StepOutput } from '../../../../actions/local/workflow/workflow-commands.ts';

test.each([
  { line: '::error file=a.csv,line=3,col=7,title=Bad%2C value::x%0Ay', name: 'error', data: 'x\ny' },
  { line: '  ::notice::plain', name: 'notice', data: 'plain' },
  { line: '::WARNING ::upper case', name: 'warning', data: 'upper case' },
  { line: '::error title=a%3A%3Ab::c', name: 'error', data: 'c' },
  { line: '::add-mask::p%25q', name: 'add-mask', data: 'p%q' },
])('$line is the command $name', ({ line, name, data }) => {
  expect(parseCommand(line)).toMatchObject({ name, data });
});

test.each(['plain', 'a ::error::b', ': :error::x', '::error', '::'])('%j is no command', (line) => {
  expect(parseCommand(line)).toBeUndefined();
});

function output(...lines: string[]) {
  const printed: string[] = [];
  const step = new StepOutput(new Masks(), (line) => printed.push(line));
  for (const line of lines) step.line(line);
  return { printed, annotations: step.annotations };
}

test('an annotation keeps its place and is shown as a line', () => {
  const { printed, annotations } = output('::error file=d.csv,line=3,endLine=4,col=7,title=T::bad cell');
  expect(annotations).toEqual([
    { level: 'error', message: 'bad cell', title: 'T', file: 'd.csv', line: 3, endLine: 4, column: 7 },
  ]);
  expect(printed).toEqual(['Error: bad cell (d.csv:3)']);
});

test('debug lines are hidden and masked values never shown', () => {
  const { printed, annotations } = output(
    '::debug::x',
    '::add-mask::s3cret',
    'it is s3cret',
    '::warning::s3cret!',
  );
  expect(printed).toEqual(['it is ***', 'Warning: ***!']);
  expect(annotations).toEqual([{ level: 'warning', message: '***!' }]);
});

test('between stop-commands and its token nothing is a command', () => {
  const { printed, annotations } = output('::stop-commands::tok', '::error::no', '::tok::', '::error::yes');
  expect(annotations.map(({ message }) => message)).toEqual(['yes']);
  expect(printed).toEqual(['::error::no', 'Error: yes']);
});

test('ten annotations of a level are kept, as on GitHub', () => {
  const { annotations } = output(
    ...Array.from({ length: 12 }, (_, index) => `::error::${index}`),
    '::notice::n',
  );
  expect(annotations.map(({ message }) => message)).toEqual([...'0123456789', 'n']);
});
