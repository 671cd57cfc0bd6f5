import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ActionError } from '../../../actions/lib/errors.ts';
import { runLocally } from '../../../actions/runtime/local-runtime.ts';
import type { Main, Outcome } from '../../../actions/runtime/runtime.ts';

let folder = '';
let shown = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlops-local-'));
  shown = '';
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (main: Main, inputs: Readonly<Record<string, string>> = {}, isScreen = false) =>
  runLocally('test-action', main, {
    env: {},
    cwd: folder,
    actionPath: folder,
    signal: new AbortController().signal,
    inputs: new Map(Object.entries(inputs)),
    terminal: {
      isScreen,
      columns: 60,
      write: (text) => {
        shown += text;
      },
    },
  });

const outcome = (verdict: Outcome['verdict']): Outcome => ({
  verdict,
  failOn: 'fail',
  message: `it is a ${verdict}`,
});

describe('an action on one’s own machine', () => {
  test('says what to do without a token, which no job gives it here', async () => {
    const main: Main = async (runtime) => {
      await runtime.github();
      return outcome('pass');
    };
    expect(await run(main)).toBe(2);
    expect(shown).toMatch(/github-denied: the input github-token is empty/);
    expect(shown.replaceAll(/\s+/g, ' ')).toMatch(
      /set GITHUB_TOKEN, and GITHUB_REPOSITORY to owner\/name\..* --ledger-remote/,
    );
    expect(shown).not.toMatch(/token of the job/);
  });

  test('shows messages, findings by place and outputs, and writes its files', async () => {
    const main: Main = async (runtime) => {
      runtime.log.warning('odd\nsecond line');
      runtime.log.debug('detail');
      runtime.annotate({
        level: 'error',
        message: 'not a number',
        file: 'data.csv',
        line: 3,
        column: 2,
        title: 'type',
      });
      runtime.output('rows', runtime.input('rows') ?? '');
      runtime.output('artifact-id', '');
      await runtime.summary('# not shown');
      await runtime.files.write('out/report.md', '# Report');
      return outcome('pass');
    };
    expect(await run(main, { rows: '12' })).toBe(0);
    expect(shown).toBe(
      [
        'warning: odd',
        '         second line',
        'error: data.csv:3:2  type  not a number',
        'it is a pass',
        '  rows     12',
        '  verdict  pass',
        '',
      ].join('\n'),
    );
    expect(readFileSync(join(folder, 'out/report.md'), 'utf8')).toBe('# Report');
  });

  test.each([
    ['pass', 0],
    ['fail', 1],
  ] as const)('%s exits %i', async (verdict, code) => {
    expect(await run(async () => outcome(verdict))).toBe(code);
  });

  test.each(['invalid-input', 'not-found', 'bug'] as const)('an error (%s) exits 2', async (code) => {
    const main: Main = async () => {
      throw code === 'bug' ? new TypeError('x') : new ActionError(code, 'x is missing');
    };
    expect(await run(main)).toBe(2);
    expect(shown).toMatch(
      code === 'bug' ? /^error: This is a bug of ours/ : new RegExp(`^error: ${code}: x is missing`),
    );
  });

  test('colours and a moving line of progress are for screens only', async () => {
    const main: Main = async (runtime) => {
      runtime.log.progress('reading', 1, 4);
      runtime.log.error('no');
      return outcome('pass');
    };
    await run(main);
    expect(shown).toBe('reading: 25 % (1 of 4)\nerror: no\nit is a pass\n  verdict  pass\n');
    shown = '';
    await run(main, {}, true);
    expect(shown).toContain(
      '\r\u001b[K\u001b[2mreading: 25 % (1 of 4)\u001b[0m\r\u001b[K\u001b[31merror: no\u001b[0m\n',
    );
  });

  test('text of data cannot drive the terminal', async () => {
    await run(
      async (runtime) => {
        runtime.log.info('\u001b[2J\u001b]0;title\u0007 \u202egpj');
        runtime.annotate({ level: 'warning', message: '\u001b[31m', file: '\u009b' });
        runtime.output('rows', '\u001b[0m\n');
        return outcome('pass');
      },
      {},
      true,
    );
    for (const code of ['\u001b[2J', '\u001b]0', '\u0007', '\u202e', '\u001b[31m', '\u009b', '\u001b[0m\n\n'])
      expect(shown).not.toContain(code);
  });

  test('fifty findings are shown and the rest counted', async () => {
    await run(async (runtime) => {
      for (let line = 1; line <= 60; line++)
        runtime.annotate({ level: 'error', message: 'bad', file: 'a.csv', line });
      return outcome('pass');
    });
    expect(shown.match(/^error: a\.csv/gm)).toHaveLength(50);
    expect(shown).toContain('… and 10 more findings: see the report.');
  });

  test('the token given as a flag is not shown', async () => {
    await run(
      async (runtime) => {
        runtime.log.info(`token ${runtime.input('github-token')}`);
        return outcome('pass');
      },
      { 'github-token': 'local-token-abc' },
    );
    expect(shown).toMatch(/^token \*\*\*\n/);
  });
});
