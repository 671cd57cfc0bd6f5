import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { type CommandOptions, systemCommands } from '../../../actions/runtime/commands.ts';

const commands = (options: Partial<CommandOptions> = {}) =>
  systemCommands({
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'] },
    redact: (text) => text.replaceAll('hunter2', '***'),
    signal: new AbortController().signal,
    ...options,
  });

const node = (script: string, ...args: string[]) => [process.execPath, '-e', script, ...args];
const TIME = { timeoutMs: 10_000 };

/** Texts that a shell would act on. */
const SHELL = [
  '$(id)',
  '`id`',
  '; id',
  '| id',
  '&& id',
  '> x',
  '$HOME',
  '"',
  "'",
  '\\',
  '\n',
  ' ',
  '*',
  '~',
  '--',
  '-e',
  'zzz";echo${IFS}"x";#',
  '',
];

describe('commands', () => {
  test('arguments arrive byte for byte', async () => {
    const script = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
    const result = await commands().run(node(script, '--', ...SHELL), TIME);
    expect(JSON.parse(result.stdout)).toEqual(SHELL);
  });

  test('exit code, both streams and the input are passed on, without secrets', async () => {
    const script =
      'process.stdin.on("data", (d) => process.stdout.write("got " + d)).on("end", () => { console.error("hunter2"); process.exit(3); })';
    expect(await commands().run(node(script), { ...TIME, stdin: 'hunter2!' })).toEqual({
      exitCode: 3,
      stdout: 'got ***!',
      stderr: '***\n',
      timedOut: false,
    });
  });

  test('what the step was given for GitHub is not handed on', async () => {
    const env = {
      PATH: process.env['PATH'],
      'INPUT_GITHUB-TOKEN': 'x',
      ACTIONS_RUNTIME_TOKEN: 'x',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'x',
      GITHUB_OUTPUT: 'x',
      GITHUB_SHA: 'kept',
    };
    const result = await commands({ env }).run(node('console.log(JSON.stringify(process.env))'), {
      ...TIME,
      env: { MODEL: 'm' },
    });
    const names = Object.keys(JSON.parse(result.stdout));
    expect(names).toEqual(expect.arrayContaining(['GITHUB_SHA', 'MODEL']));
    expect(names.filter((name) => /TOKEN|OUTPUT|INPUT/.test(name))).toEqual([]);
  });

  test('a program that takes too long is ended with all it has started', async () => {
    const script =
      'require("child_process").spawn("sleep", ["60"], { stdio: "inherit" }); setInterval(() => {}, 1000)';
    const start = performance.now();
    const result = await commands().run(node(script), { timeoutMs: 300 });
    expect(result).toMatchObject({ timedOut: true, exitCode: -1 });
    expect(performance.now() - start).toBeLessThan(4_000);
  });

  test('a program that does not listen is killed', { timeout: 15_000 }, async () => {
    const script = 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)';
    const start = performance.now();
    const result = await commands().run(node(script), { timeoutMs: 500 });
    expect(result.timedOut).toBe(true);
    expect(performance.now() - start).toBeGreaterThan(5_000);
  });

  test('cancelling ends the program', async () => {
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 200);
    const result = await commands({ signal: cancel.signal }).run(node('setInterval(() => {}, 1000)'), TIME);
    expect(result).toMatchObject({ timedOut: false, exitCode: -1 });
  });

  test('output beyond a mebibyte is dropped and counted', async () => {
    const result = await commands().run(node('process.stdout.write("x".repeat(3_000_000))'), TIME);
    expect(result.stdout).toHaveLength(1024 * 1024 + '\n… (1951424 more bytes)'.length);
    expect(result.exitCode).toBe(0);
  });

  test('a program that does not exist is named', async () => {
    await expect(commands().run(['no-such-program-here'], TIME)).rejects.toThrow(
      /cannot start no-such-program-here/,
    );
    await expect(commands().run([], TIME)).rejects.toThrow(/without a program/);
  });
});
