import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ActionError } from '../../../actions/lib/errors.ts';
import { markdownText } from '../../../actions/lib/report/markdown.ts';
import { runStepOnGitHub } from '../../../actions/runtime/github-runtime.ts';
import { readAll } from '../../../actions/runtime/inputs.ts';
import type { Main, Outcome } from '../../../actions/runtime/runtime.ts';
import { commandsIn, outputsIn } from '../../support/runner-parsers.ts';

let base = '';
let printed = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'mlops-step-'));
  printed = '';
  for (const folder of ['workspace', 'temp']) mkdirSync(join(base, folder));
  for (const file of ['output', 'summary']) writeFileSync(join(base, file), '');
});
afterEach(() => rmSync(base, { recursive: true }));

const environment = (more: Readonly<Record<string, string>> = {}) => ({
  PATH: process.env['PATH'],
  GITHUB_WORKSPACE: join(base, 'workspace'),
  RUNNER_TEMP: join(base, 'temp'),
  GITHUB_OUTPUT: join(base, 'output'),
  GITHUB_STEP_SUMMARY: join(base, 'summary'),
  ...more,
});

const run = (main: Main, env: Readonly<Record<string, string>> = {}) =>
  runStepOnGitHub('test-action', main, {
    env: environment(env),
    cwd: base,
    actionPath: base,
    signal: new AbortController().signal,
    write: (line) => {
      printed += `${line}\n`;
    },
  });

const file = (path: string): string => readFileSync(join(base, path), 'utf8');
const PASS: Outcome = { verdict: 'pass', failOn: 'fail', message: 'all is well' };

describe('a step on GitHub', () => {
  test('reads its inputs and leaves outputs, summary, files, and no temporary folder', async () => {
    const main: Main = async (runtime) => {
      const inputs = readAll(runtime.input, (read) => ({
        rows: read.required('max-rows'),
        quiet: read.boolean('quiet', false),
      }));
      runtime.output('rows', inputs.rows);
      await runtime.summary('# One');
      await runtime.summary('# Two');
      writeFileSync(join(await runtime.files.temporaryFolder('x'), 'a'), 'a');
      await runtime.files.write('out/a.txt', 'a');
      return PASS;
    };
    expect(await run(main, { 'INPUT_MAX-ROWS': ' 5 \n' })).toBe('ok');
    expect(outputsIn(file('output'))).toEqual([
      ['rows', '5'],
      ['verdict', 'pass'],
    ]);
    expect(file('summary')).toBe('# One\n\n# Two\n\n');
    expect(file('workspace/out/a.txt')).toBe('a');
    expect(readdirSync(join(base, 'temp'))).toEqual([]);
    expect(printed).toBe('all is well\n');
  });

  test('names all inputs that are wrong in one error', async () => {
    const main: Main = async (runtime) => {
      readAll(runtime.input, (read) => [
        read.required('data'),
        read.boolean('summary', true),
        read.duration('max-age', 1),
      ]);
      return PASS;
    };
    expect(await run(main, { INPUT_SUMMARY: 'yes', 'INPUT_MAX-AGE': '5 parsecs' })).toBe('misuse');
    expect(commandsIn(printed)).toEqual([
      {
        name: 'error',
        properties: {},
        data: [
          'invalid-input: data: required, but not given',
          'summary: expected true or false, found "yes"',
          'max-age: expected a duration such as 30s, 15m, 12h or 7d, found "5 parsecs"',
        ].join('\n'),
      },
    ]);
    expect(file('output')).toBe('');
  });

  test('says how many annotations it could not show, after everything else', async () => {
    const main: Main = async (runtime) => {
      for (let line = 1; line <= 20; line++)
        runtime.annotate({ level: 'error', message: 'bad', file: 'a.csv', line });
      return { verdict: 'fail', failOn: 'fail', message: 'bad data' };
    };
    expect(await run(main)).toBe('failed');
    expect(
      commandsIn(printed)
        .map(({ data }) => data)
        .slice(-2),
    ).toEqual(['bad data', '… and 12 more of this kind: see the log and the report.']);
  });

  test('without a token says what is missing', async () => {
    const main: Main = async (runtime) => {
      await runtime.github();
      return PASS;
    };
    expect(await run(main)).toBe('error');
    expect(printed).toMatch(/^::error::github-denied: the input github-token is empty.*the token of the job/);
  });

  test.each([
    [
      'an event file that is not JSON',
      { GITHUB_EVENT_PATH: 'event.json' },
      /^::error::invalid-file: the event file is not JSON/,
    ],
    [
      'a pattern that is none',
      { MLOPS_REDACT_PATTERNS: '(' },
      /^::error::invalid-input: MLOPS_REDACT_PATTERNS/,
    ],
  ])('fails before it begins on %s', async (_name, env, message) => {
    writeFileSync(join(base, 'event.json'), '{');
    const absolute = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, value === 'event.json' ? join(base, value) : value]),
    );
    expect(await run(async () => PASS, absolute)).toBe('error');
    expect(printed).toMatch(message);
  });

  test('cuts a summary that GitHub would drop, over all of its parts', async () => {
    const main: Main = async (runtime) => {
      for (let part = 0; part < 5; part++)
        await runtime.summary(`## Part ${part}\n\n${'✓ line\n'.repeat(60_000)}`);
      return PASS;
    };
    expect(await run(main)).toBe('ok');
    const size = Buffer.byteLength(file('summary'));
    expect(size).toBeLessThanOrEqual(900 * 1024);
    expect(size).toBeGreaterThan(800 * 1024);
    expect(file('summary')).toContain('The whole report is in the artifact.');
  });
});

describe('secrets', () => {
  const SECRETS: Readonly<Record<string, string>> = {
    'INPUT_GITHUB-TOKEN': 'canary-token-1_A',
    'INPUT_REGISTRY-PASSWORD': 'canary-password-2/B',
    ACTIONS_RUNTIME_TOKEN: 'canary-runtime-3+C',
    GITHUB_TOKEN: 'canary-token-4',
    GH_TOKEN: 'canary-token-5',
    PROM_TOKEN: 'canary-metrics-7?E',
    MLFLOW_TRACKING_PASSWORD: 'canary mlflow-8"F',
    AWS_SECRET_ACCESS_KEY: 'canary/aws+9',
    router_secret: 'canary-router-10',
  };
  /** Settings whose names only sound like secrets. */
  const SETTINGS = { USE_TOKEN: 'true', TOKENIZER: 'wordpiece-large' };
  const LEARNED = 'canary-learned-6&D';

  test('are in nothing that leaves the process, in no form', async () => {
    const all = [...Object.values(SECRETS), LEARNED];
    const forms = all.flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(`user:${secret}`).toString('base64'),
      Buffer.from(secret).toString('hex'),
      markdownText(secret),
    ]);
    const leak = [...forms, ...Object.values(SETTINGS)].join(' | ');
    const main: Main = async (runtime) => {
      runtime.secret(LEARNED);
      for (const say of ['debug', 'info', 'notice', 'warning', 'error'] as const) runtime.log[say](leak);
      runtime.log.progress(leak, 1, 2);
      await runtime.log.group(leak, async () => undefined);
      runtime.annotate({ level: 'warning', message: leak, title: leak, file: leak });
      runtime.output('report-path', leak);
      await runtime.summary(leak);
      await runtime.files.write('report.md', leak);
      const script = 'process.stdout.write(process.argv[1]); process.stderr.write(process.argv[1])';
      const command = await runtime.commands.run([process.execPath, '-e', script, leak], {
        timeoutMs: 9_000,
      });
      await runtime.files.write('command.json', new TextEncoder().encode(JSON.stringify(command)));
      throw new Error(leak, { cause: new ActionError('not-found', leak) });
    };
    expect(await run(main, { ...SECRETS, ...SETTINGS })).toBe('error');
    const mask = `::add-mask::${LEARNED}\n`;
    expect(printed).toContain(mask);
    const left = [
      printed.replace(mask, ''),
      ...['output', 'summary', 'workspace/report.md', 'workspace/command.json'].map(file),
    ].join('\n');
    expect(left).toContain('***');
    for (const form of forms) expect(left).not.toContain(form);
    for (const setting of Object.values(SETTINGS)) expect(left).toContain(setting);
  });
});

describe('a process of its own', () => {
  const program = (body: string): string => `
    import { githubRuntime } from ${JSON.stringify(resolve('actions/runtime/github-runtime.ts'))};
    await githubRuntime('test-action').run(async (runtime) => { ${body} });`;

  const start = (body: string, signals: readonly (readonly [NodeJS.Signals, number])[] = []) =>
    new Promise<{ code: number | null; output: string; ms: number }>((done) => {
      const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program(body)], {
        env: environment(),
      });
      let output = '';
      let began = 0;
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk;
        if (began > 0 || !output.includes('ready')) return;
        began = performance.now();
        for (const [signal, ms] of signals) setTimeout(() => child.kill(signal), ms);
      });
      child.on('close', (code) => done({ code, output, ms: performance.now() - began }));
    });

  test.each([
    ['a pass', 'return { verdict: "pass", failOn: "fail", message: "m" }', 0],
    ['a fail', 'return { verdict: "fail", failOn: "fail", message: "m" }', 1],
    ['a fail that never fails the step', 'return { verdict: "fail", failOn: "never", message: "m" }', 0],
    ['a bug', 'null.x', 1],
    [
      'timers that are still running',
      'setInterval(() => {}, 1000); return { verdict: "pass", failOn: "fail", message: "m" }',
      0,
    ],
  ])('%s ends with its exit code', async (_name, body, code) => {
    expect((await start(body)).code).toBe(code);
  });

  test('everything that was printed is out before it ends', async () => {
    const { output } = await start(
      'for (let i = 0; i < 20000; i++) runtime.log.info("line " + i); return { verdict: "pass", failOn: "fail", message: "the end" }',
    );
    expect(output.endsWith('line 19999\nthe end\n')).toBe(true);
  });

  test('being cancelled stops the wait, gives time to tidy up, and ends with 130', async () => {
    const body = `runtime.log.info("ready");
      try { await runtime.clock.sleep(60_000); } catch (error) { await new Promise((r) => setTimeout(r, 300)); runtime.log.info("tidied up"); throw error; }`;
    const { code, output, ms } = await start(body, [['SIGINT', 0]]);
    expect(code).toBe(130);
    expect(output).toContain('tidied up\n::error::cancelled: the run was cancelled');
    expect(ms).toBeLessThan(5_000);
  });

  test('one that does not stop is ended before the runner would kill it', { timeout: 20_000 }, async () => {
    const { code, ms } = await start(
      'runtime.log.info("ready"); setInterval(() => {}, 100); await new Promise(() => {});',
      [['SIGTERM', 0]],
    );
    expect(code).toBe(130);
    expect(ms).toBeGreaterThan(6_500);
    expect(ms).toBeLessThan(9_500);
  });
});
