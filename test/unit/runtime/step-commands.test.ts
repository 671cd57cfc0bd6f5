import { describe, expect, test } from 'vitest';
import { StepCommands } from '../../../actions/runtime/step-commands.ts';
import { commandsIn } from '../../support/runner-parsers.ts';

function recorder(): { commands: StepCommands; lines: string[] } {
  const lines: string[] = [];
  return { commands: new StepCommands((line) => lines.push(line)), lines };
}

const errors = (lines: readonly string[]) =>
  commandsIn(lines.join('\n')).filter(({ name }) => name === 'error');

describe('commands of a step', () => {
  test('a thousand annotations become at most ten issues of a kind, with room for the verdict and the count', () => {
    const { commands, lines } = recorder();
    for (let row = 1; row <= 1_000; row++)
      commands.annotate({
        level: 'error',
        message: `bad cell ${row}`,
        file: 'data/train.csv',
        line: row,
        column: 2,
      });
    commands.issue('error', 'the data breaks its contract');
    commands.close();
    const found = errors(lines).map(({ data }) => data);
    expect(found).toHaveLength(10);
    expect(found.slice(0, 2)).toEqual(['bad cell 1', 'bad cell 2']);
    expect(found.at(-2)).toBe('the data breaks its contract');
    expect(found.at(-1)).toBe('… and 992 more of this kind: see the log and the report.');
  });

  test('what is no annotation any more is a line of the log with its place', () => {
    const { commands, lines } = recorder();
    for (let row = 1; row <= 9; row++)
      commands.annotate({ level: 'warning', message: 'odd', file: 'a.csv', line: row, column: 4 });
    expect(lines.at(-1)).toBe('Warning: a.csv:9:4: odd');
  });

  test('the kinds have their own ten', () => {
    const { commands, lines } = recorder();
    for (const level of ['error', 'warning', 'notice'] as const)
      for (let index = 0; index < 30; index++) commands.issue(level, 'x');
    const names = commandsIn(lines.join('\n')).map(({ name }) => name);
    for (const level of ['error', 'warning', 'notice'])
      expect(names.filter((name) => name === level)).toHaveLength(9);
    expect(lines.filter((line) => line === 'Error: x')).toHaveLength(21);
  });

  test('closing without anything omitted says nothing', () => {
    const { commands, lines } = recorder();
    commands.annotate({ level: 'notice', message: 'x' });
    commands.close();
    expect(lines).toEqual(['::notice::x']);
  });

  test('a long message is cut where the runner would cut it', () => {
    const { commands, lines } = recorder();
    commands.issue('error', 'x'.repeat(10_000));
    const [{ data } = { data: '' }] = errors(lines);
    expect(data).toHaveLength(4_096);
    expect(data.endsWith('…')).toBe(true);
  });

  test('all places of an annotation reach the runner', () => {
    const { commands, lines } = recorder();
    commands.annotate({
      level: 'error',
      message: 'm',
      title: 'a: b',
      file: 'x,y.csv',
      line: 1,
      endLine: 2,
      column: 3,
    });
    expect(commandsIn(lines.join('\n'))).toEqual([
      {
        name: 'error',
        properties: { title: 'a: b', file: 'x,y.csv', line: '1', endLine: '2', col: '3' },
        data: 'm',
      },
    ]);
  });

  test('a mask names the secret exactly', () => {
    const { commands, lines } = recorder();
    commands.command('add-mask', '::p%ss\tw##[ord');
    expect(commandsIn(lines.join('\n'))).toEqual([
      { name: 'add-mask', properties: {}, data: '::p%ss\tw##[ord' },
    ]);
  });
});
