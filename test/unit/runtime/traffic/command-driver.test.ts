import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemCommands } from '../../../../actions/runtime/commands.ts';
import type { Commands } from '../../../../actions/runtime/runtime.ts';
import { applyWeight } from '../../../../actions/runtime/traffic/apply-weight.ts';
import { type MemoryRuntimeOptions, memoryRuntime } from '../../../support/memory-runtime.ts';
import { driverOf, targetOf } from '../../../support/traffic.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'command-driver-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const node = (script: string): readonly string[] => [process.execPath, '-e', script];
const print = (text: string) => node(`process.stdout.write(${JSON.stringify(text)})`);

async function opened(
  set: readonly string[],
  read: readonly string[],
  { timeoutMs = 20_000, ...options }: MemoryRuntimeOptions & { readonly timeoutMs?: number } = {},
) {
  const runtime = await memoryRuntime(options);
  const traffic = driverOf(runtime, { driver: 'command', set, read, timeoutMs }, { verifyTimeoutMs: 0 });
  return { runtime, traffic, ...traffic.driver, [Symbol.asyncDispose]: runtime.dispose };
}

/** What a shell would act on, each alone and in combinations: 200 texts. */
const PAYLOADS: readonly string[] = (() => {
  const pieces = ['$(id)', '`id`', ';id', '|id', '&&id', '>x', '$HOME', '"', "'", '\\', '\n', ' ', '*', '~'];
  const ends = [
    '',
    ' ',
    '\n',
    '"',
    "'",
    '#',
    '--',
    '-e',
    '%s',
    '%PATH%',
    '${IFS}',
    '\t',
    '\r\n',
    'é',
    '\u202e',
    '=x',
  ];
  return pieces.flatMap((piece) => ends.map((end) => `1.4.0${piece}${end}${piece}`)).slice(0, 200);
})();

describe('what a program is told', () => {
  test('200 payloads arrive byte for byte, in the environment and as arguments, and no shell is started', async () => {
    // Shells that only leave a mark, found before the real ones.
    const mark = join(folder, 'a-shell-ran');
    for (const shell of ['sh', 'bash', 'dash']) {
      await writeFile(
        join(folder, shell),
        `#!/usr/bin/env node\nrequire('fs').writeFileSync(${JSON.stringify(mark)}, '')\n`,
      );
      await chmod(join(folder, shell), 0o755);
    }
    const real = systemCommands({
      cwd: folder,
      env: { PATH: `${folder}:${process.env['PATH']}` },
      redact: (text) => text,
      signal: new AbortController().signal,
    });
    let printed = '';
    const commands: Commands = {
      async run(argv, options) {
        const result = await real.run(argv, options);
        printed = result.stdout;
        return result;
      },
    };
    await using runtime = await memoryRuntime({ commands });
    for (const payload of PAYLOADS) {
      const read = ['printf', '%s\\0', payload];
      const { driver } = driverOf(runtime, {
        driver: 'command',
        set: ['env', '-0'],
        read,
        timeoutMs: 20_000,
      });
      const target = targetOf(10, { version: payload, uri: payload, shadow: 5 });
      expect(await driver.set(target)).toEqual({ kind: 'done' });
      const told = new Map(
        printed
          .split('\0')
          .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      );
      expect(told.get('MLOPS_VERSION')).toBe(payload);
      expect(told.get('MLOPS_URI')).toBe(payload);
      expect(told.get('MLOPS_SHADOW')).toBe('5');
      await driver.read(target);
      expect(printed).toBe(`${payload}\0`);
    }
    expect(PAYLOADS.length).toBe(200);
    await expect(readFile(mark)).rejects.toThrow('ENOENT');
  });

  test('a NUL character is refused in words', async () => {
    await using driver = await opened(['true'], print('10'));
    expect(await driver.set(targetOf(10, { version: '1\0' }))).toEqual({
      kind: 'failed',
      message: expect.stringContaining('holds a NUL character'),
    });
  });
});

describe('what a program says', () => {
  test.each([
    ['done', 'process.exit(0)', { kind: 'done' }],
    [
      'fenced',
      'console.error("fence 9"); process.exit(4)',
      { kind: 'fenced', message: expect.stringContaining('ended with 4: fence 9') },
    ],
    [
      'failed',
      'console.error("no such server"); process.exit(1)',
      { kind: 'failed', message: expect.stringContaining('ended with 1: no such server') },
    ],
    [
      'killed',
      'process.kill(process.pid, "SIGKILL")',
      { kind: 'failed', message: expect.stringContaining('ended with -1') },
    ],
  ])('set: %s', async (_, script, result) => {
    await using driver = await opened(node(script), print('10'));
    expect(await driver.set(targetOf(10))).toEqual(result);
  });

  test('a program that is not there fails in words', async () => {
    await using driver = await opened(['no-such-program'], ['no-such-program']);
    expect(await driver.set(targetOf(10))).toEqual({
      kind: 'failed',
      message: expect.stringContaining('cannot start no-such-program'),
    });
    expect(await driver.read(targetOf(10))).toMatchObject({ kind: 'unreadable' });
  });

  test('one that does not end is ended', async () => {
    await using driver = await opened(
      node('setInterval(() => {}, 1e3)'),
      node('setInterval(() => {}, 1e3)'),
      {
        timeoutMs: 500,
      },
    );
    expect(await driver.set(targetOf(10))).toEqual({
      kind: 'failed',
      message: `${process.execPath} did not end in time`,
    });
    expect(await driver.read(targetOf(10))).toMatchObject({ kind: 'unreadable' });
  });

  test('what is read back decides over the exit code', async () => {
    await using well = await opened(node('process.exit(1)'), print('10'));
    expect(await applyWeight(well.runtime, well.traffic, targetOf(10))).toMatchObject({ kind: 'verified' });
    await using ill = await opened(node('process.exit(0)'), print('0'));
    expect(await applyWeight(ill.runtime, ill.traffic, targetOf(10))).toMatchObject({ kind: 'failed' });
  });

  test('a program under way at a cancellation ends its work', async () => {
    const stop = new AbortController();
    const [begun, ended] = [join(folder, 'begun'), join(folder, 'ended')];
    const work = `const { writeFileSync } = require('fs'); writeFileSync(${JSON.stringify(begun)}, '');
      setTimeout(() => writeFileSync(${JSON.stringify(ended)}, 'whole'), 600)`;
    await using driver = await opened(node(work), print('10'), { signal: stop.signal });
    const applied = applyWeight(driver.runtime, driver.traffic, targetOf(10));
    const watch = setInterval(
      () =>
        void readFile(begun).then(
          () => stop.abort(),
          () => undefined,
        ),
      20,
    );
    await expect(applied).rejects.toMatchObject({ code: 'cancelled' });
    clearInterval(watch);
    expect(await readFile(ended, 'utf8')).toBe('whole');
  });
});
