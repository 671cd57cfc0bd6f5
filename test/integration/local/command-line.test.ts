import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { MAINS } from '../../../actions/local/action-command.ts';
import { commandLine } from '../../../actions/local/command-line.ts';
import { PROJECT_FOLDER } from '../../../actions/local/project-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function local(...argv: string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const write = (part: string): void => {
    text += part;
  };
  const code = await commandLine(argv, { isScreen: false, columns: 100, write });
  return { code, text };
}

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
    cwd: folder,
    encoding: 'utf8',
  }).trim();

const fixture = (name: string): string =>
  resolve(import.meta.dirname, `../../fixtures/workflows/${name}.yml`);

test('every action folder can be run by its name, and nothing else', () => {
  const actions = join(PROJECT_FOLDER, 'actions');
  const folders = readdirSync(actions).filter((name) => existsSync(join(actions, name, 'action.yml')));
  expect(Object.keys(MAINS).sort()).toEqual(folders.sort());
});

test.each([
  { argv: [], text: /^usage: npm run local/ },
  { argv: ['validate-dta'], text: /there is no such command; did you mean "validate-data"\?/ },
  {
    argv: ['validate-data', '--contrct', 'x'],
    text: /--contrct: there is no such flag; did you mean "contract"\?/,
  },
  { argv: ['validate-data', 'train.csv'], text: /inputs are given as flags/ },
  { argv: ['validate-data'], text: /data: required/ },
  { argv: ['workflow'], text: /expected one workflow file, found 0/ },
  { argv: ['workflow', 'none.yml'], text: /none\.yml: cannot be read/ },
  {
    argv: ['workflow', fixture('conditions'), '--event', 'pul_request'],
    text: /did you mean "pull_request"\?/,
  },
  {
    argv: ['workflow', fixture('called')],
    text: /it runs on workflow_call, and of these none can be played here/,
  },
])('$argv is misuse and says why', async ({ argv, text }) => {
  const result = await local(...argv);
  expect(result.code).toBe(2);
  expect(result.text).toMatch(text);
});

test('help lists every input of the action with its default', async () => {
  const { code, text } = await local('gate-metrics', '--help');
  expect(code).toBe(0);
  for (const part of [
    '--metrics <value>',
    '--upload [true|false]',
    '(default: .mlops/gates.yml)',
    'gate-path',
  ])
    expect(text).toContain(part);
});

test('an action checks a file here and says by its exit code how it went', async () => {
  writeFileSync(join(folder, 'data.csv'), 'id,age\n1,30\n2,x\n');
  writeFileSync(
    join(folder, 'row.json'),
    JSON.stringify({ type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] }),
  );
  const previous = process.cwd();
  process.chdir(folder);
  try {
    expect((await local('validate-data', '--data', 'data.csv', '--row-schema', 'row.json')).code).toBe(0);
    expect(JSON.parse(readFileSync('mlops/validate-data/report.json', 'utf8'))).toMatchObject({
      verdict: 'pass',
    });
    writeFileSync('data.csv', 'id,age\n1,30\nzwei,31\n');
    expect((await local('validate-data', '--data', 'data.csv', '--row-schema', 'row.json')).code).toBe(1);
  } finally {
    process.chdir(previous);
  }
});

test('a workflow runs on the files as they are, and leaves the git repository alone', async () => {
  git('init', '--quiet', '--initial-branch=main');
  writeFileSync(join(folder, '.gitignore'), 'mlops/\nstate/\n');
  writeFileSync(join(folder, 'kept.txt'), 'committed\n');
  git('add', '--all');
  git('commit', '--quiet', '-m', 'First');
  writeFileSync(join(folder, 'kept.txt'), 'changed\n');
  writeFileSync(join(folder, 'new.txt'), 'new\n');
  const workflow = join(folder, 'check.yml');
  writeFileSync(
    workflow,
    [
      'on: pull_request',
      'jobs:',
      '  check:',
      '    runs-on: ubuntu-latest',
      '    steps:',
      '      - uses: actions/checkout@v5',
      '        with: { fetch-depth: 0 }',
      '      - run: test "$(cat kept.txt new.txt | tr "\\n" " ")" = "changed new "',
      `      - run: test "$(git show $\{{ github.event.pull_request.base.sha }}:kept.txt)" = committed`,
      '      - run: test "$SECRET/$VAR" = sesame/v',
      `        env: { SECRET: "$\{{ secrets.S }}", VAR: "$\{{ vars.V }}" }`,
    ].join('\n'),
  );
  const before = [git('status', '--porcelain'), git('for-each-ref'), git('rev-parse', 'HEAD')];
  const argv = [
    'workflow',
    workflow,
    '--state',
    join(folder, 'state'),
    '--secret',
    'S=sesame',
    '--var',
    'V=v',
  ];
  const first = await local(...argv);
  expect(first.text).toContain('success');
  expect(first.code).toBe(0);
  expect([git('status', '--porcelain'), git('for-each-ref'), git('rev-parse', 'HEAD')]).toEqual(before);
  expect(existsSync(join(folder, 'state', 'runs', '1', 'run.json'))).toBe(true);
  const failing = await local(...argv, '--var', 'V=other', '--verbose');
  expect(failing.code).toBe(1);
  expect(failing.text).toContain('Process completed with exit code 1.');
  expect(existsSync(join(folder, 'state', 'runs', '2', 'run.json'))).toBe(true);
});
