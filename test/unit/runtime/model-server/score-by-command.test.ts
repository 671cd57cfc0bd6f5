import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { ActionError } from '../../../../actions/lib/errors.ts';
import { systemCommands } from '../../../../actions/runtime/commands.ts';
import {
  type CommandOptions,
  SHELLS,
  scoreByCommand,
} from '../../../../actions/runtime/model-server/score-by-command.ts';
import { type MemoryRuntimeOptions, memoryRuntime } from '../../../support/memory-runtime.ts';

const FILES = { 'data/test set.csv': 'x,label\n1,0\n2,1\n', 'models/m.bin': 'weights' };

/** A command line that has node run a script, which may hold neither single quotes nor a backslash. */
const node = (script: string): string => `'${process.execPath}' -e '${script}'`;
const fs = 'const fs = require("node:fs"); const { MLOPS_DATA, MLOPS_MODEL, MLOPS_OUT } = process.env;';

async function run(options: Partial<CommandOptions>, runtimeOptions: MemoryRuntimeOptions = {}) {
  await using runtime = await memoryRuntime({ files: FILES, ...runtimeOptions });
  const all = {
    command: '',
    timeoutMs: 20_000,
    dataPath: 'data/test set.csv',
    modelPath: 'models/m.bin',
    ...options,
  };
  try {
    const result = await scoreByCommand(runtime, all);
    return {
      result,
      content: await readFile(result.path, 'utf8'),
      error: undefined,
      recorded: runtime.recorded,
    };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { result: undefined, content: undefined, error, recorded: runtime.recorded };
  }
}

describe('a program reads the data and writes predictions', () => {
  const script = `${fs} const rows = fs.readFileSync(MLOPS_DATA, "utf8").trim().split("\\n").length - 1; fs.writeFileSync(MLOPS_OUT, ["prediction", ...Array(rows).fill(fs.readFileSync(MLOPS_MODEL, "utf8"))].join("\\n"))`;

  test('as a command line', async () => {
    const { result, content, error } = await run({ command: node(script) });
    expect(error).toBeUndefined();
    expect(content).toBe('prediction\nweights\nweights');
    expect(result).toMatchObject({ exitCode: 0, stderrTail: '' });
    expect(result?.elapsedMs).toBeGreaterThan(1);
  });

  test('as words, of which nothing is interpreted', async () => {
    const echo = `${fs} fs.writeFileSync(MLOPS_OUT + ".csv", process.argv.slice(1).join("|"))`;
    const { content } = await run({ command: [process.execPath, '-e', echo, '--', '$HOME; id', '*'] });
    expect(content).toBe('$HOME; id|*');
  });

  test('without a model', async () => {
    const { content } = await run({
      command: node(`${fs} fs.writeFileSync(MLOPS_OUT, JSON.stringify(MLOPS_MODEL))`),
      modelPath: undefined,
    });
    expect(content).toBe('""');
  });

  test.each(SHELLS)('by %s, with pipes and variables', async (shell) => {
    const { content } = await run({ command: 'printf "prediction\n1\n" | cat > "$MLOPS_OUT".csv', shell });
    expect(content).toBe('prediction\n1\n');
  });

  test.each(['.csv', '.jsonl', '.parquet', '.csv.gz', '.json'])(
    'under the extension %s',
    async (extension) => {
      const { result } = await run({
        command: node(`${fs} fs.writeFileSync(MLOPS_OUT + "${extension}", "x")`),
      });
      expect(result?.path).toMatch(new RegExp(`/predictions${extension.replaceAll('.', '\\.')}$`));
    },
  );

  test('what it says is in the log', async () => {
    const { recorded, result } = await run({
      command: node(
        `${fs} console.log("loading"); console.error("a warning"); fs.writeFileSync(MLOPS_OUT, "x")`,
      ),
    });
    expect(recorded.log.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['loading', 'a warning']),
    );
    expect(result?.stderrTail).toBe('a warning');
  });
});

describe('what goes wrong is told', () => {
  test.each<[string, Partial<CommandOptions>, string, RegExp]>([
    [
      'a program that is not there',
      { command: 'no-such-program-here --x' },
      'not-found',
      /cannot start no-such-program-here/,
    ],
    [
      'a failure',
      { command: node('for (let i = 0; i < 50; i++) console.error("line " + i); process.exit(3)') },
      'command-failed',
      /ended with exit code 3; it said last:\nline 30\n[\s\S]*line 49$/,
    ],
    [
      'a failure in the middle of a pipe',
      { command: 'false | cat > "$MLOPS_OUT"', shell: 'bash' },
      'command-failed',
      /bash ended with exit code 1/,
    ],
    [
      'a program that is killed',
      { command: 'kill -9 $$', shell: 'sh' },
      'command-failed',
      /sh was ended by a signal/,
    ],
    [
      'too much time',
      { command: node('setTimeout(() => {}, 60_000)'), timeoutMs: 400 },
      'limit-exceeded',
      /was ended after 400 ms, before it was done/,
    ],
    [
      'nothing written',
      { command: node('console.error("no data?")') },
      'command-failed',
      /wrote nothing to \$MLOPS_OUT; expected .*\.parquet.*; it said last:\nno data\?/,
    ],
    [
      'an empty file',
      { command: node(`${fs} fs.writeFileSync(MLOPS_OUT + ".csv", "")`) },
      'command-failed',
      /the file it wrote is empty/,
    ],
    [
      'a folder',
      { command: node(`${fs} fs.mkdirSync(MLOPS_OUT + ".parquet")`) },
      'command-failed',
      /made a folder of \$MLOPS_OUT\.parquet/,
    ],
    [
      'two files',
      { command: node(`${fs} for (const end of ["", ".csv"]) fs.writeFileSync(MLOPS_OUT + end, "x")`) },
      'command-failed',
      /wrote \$MLOPS_OUT and \$MLOPS_OUT\.csv; expected one/,
    ],
    [
      'a line that needs a shell',
      { command: 'python score.py > $MLOPS_OUT' },
      'invalid-input',
      /set shell: bash/,
    ],
    ['no program', { command: ' ', shell: 'bash' }, 'invalid-input', /no program/],
    ['no words', { command: [] }, 'invalid-input', /at least one/],
    [
      'data that is not there',
      { command: 'true', dataPath: 'data/none.csv' },
      'not-found',
      /data\/none\.csv: there is no such file/,
    ],
    [
      'data outside of the workspace',
      { command: 'true', dataPath: '/etc/hostname' },
      'outside-workspace',
      /etc\/hostname/,
    ],
  ])('%s', async (_, options, code, message) => {
    const { error } = await run(options);
    expect(error?.message).toMatch(message);
    expect(error?.code).toBe(code);
  });

  test('a cancelled run ends the program', async () => {
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 300);
    const start = performance.now();
    const { error } = await run({ command: node('setTimeout(() => {}, 60_000)') }, { signal: cancel.signal });
    expect(error?.code).toBe('cancelled');
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

test('tokens of the runner do not reach the program, and its output is kept from its end', async () => {
  const commands = systemCommands({
    cwd: '/',
    env: {
      PATH: process.env['PATH'],
      ACTIONS_RUNTIME_TOKEN: 'x',
      'INPUT_GITHUB-TOKEN': 'x',
      GITHUB_ENV: 'x',
      KEPT: 'x',
    },
    redact: (text) => text,
    signal: new AbortController().signal,
  });
  const { result, content } = await run(
    {
      command: node(
        `${fs} fs.writeFileSync(MLOPS_OUT, Object.keys(process.env).sort().join(" ")); process.stderr.write(("x".repeat(99) + String.fromCharCode(10)).repeat(30_000) + "the end")`,
      ),
    },
    { commands },
  );
  expect(content?.split(' ')).toEqual(
    expect.arrayContaining(['KEPT', 'MLOPS_DATA', 'MLOPS_MODEL', 'MLOPS_OUT', 'PATH']),
  );
  expect(content).not.toMatch(/TOKEN|INPUT_|GITHUB_ENV/);
  expect(result?.stderrTail).toMatch(/\nthe end$/);
});
