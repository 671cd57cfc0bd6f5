import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { main as promote } from '../../actions/promote-model/main.ts';
import { main as rollBack } from '../../actions/rollback/main.ts';
import { runAction } from '../../actions/runtime/run-action.ts';
import type { RunContext } from '../../actions/runtime/runtime.ts';
import { clientOf, contextOf, startTestGitHub } from '../support/github.ts';
import { type MemoryRuntime, memoryRuntime } from '../support/memory-runtime.ts';
import { gateFor, ledgerFile } from '../support/registry.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

const FIXTURES = join(import.meta.dirname, '../fixtures/model-files');

let service: GitHubService;
let runtimes: MemoryRuntime[] = [];

beforeAll(async () => {
  service = await startTestGitHub();
});
afterAll(() => service.close());
afterEach(async () => {
  for (const runtime of runtimes) await runtime.dispose();
  runtimes = [];
});

interface Given {
  readonly action?: 'promote-model' | 'rollback';
  readonly inputs?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly context?: Partial<RunContext>;
  /** Changes the workspace before the step. */
  readonly prepare?: (workspace: string) => Promise<void> | void;
  readonly connected?: boolean;
}

/** What a step said at its end, and how it ended. */
interface Ended {
  readonly ending: string;
  readonly said: string;
  readonly runtime: MemoryRuntime;
}

/** A step as a user starts it; nothing of it may reach the ledger. */
async function run({
  action = 'promote-model',
  inputs,
  files,
  context,
  prepare,
  connected = true,
}: Given): Promise<Ended> {
  const base = contextOf(service.url);
  const commit = (await service.remote.resolve('refs/heads/main')) ?? '';
  const runtime = await memoryRuntime({
    action,
    context: { ...base, source: { ...base.source, commit }, ...context },
    ...(connected ? { github: clientOf(service) } : {}),
    files: { 'model.onnx': 'weights', 'gate.json': gateFor('weights'), ...files },
    inputs: {
      'model-name': 'churn',
      ...(action === 'rollback'
        ? { reason: 'it is worse' }
        : { model: 'model.onnx', evidence: 'gate.json', 'evidence-outside-runs': 'true' }),
      ...inputs,
    },
  });
  runtimes.push(runtime);
  await prepare?.(await runtime.files.resolve('.'));
  const ending = await runAction(action === 'rollback' ? rollBack : promote, runtime);
  return {
    ending,
    said: runtime.recorded.log.findLast(({ level }) => level === 'error')?.message ?? '',
    runtime,
  };
}

/** A step that is refused with this message, of which nothing is in the ledger afterwards, and which is no bug. */
async function refused(given: Given, says: RegExp): Promise<void> {
  const { ending, said } = await run(given);
  expect(ending).not.toBe('ok');
  expect(said).not.toMatch(/bug of ours/);
  expect(said).toMatch(says);
  expect(await ledgerFile(service, 'models/churn/state.json')).toBeUndefined();
}

describe('B30 to B39 a model that is not what it should be', () => {
  const REGISTER = { operation: 'register', 'require-evidence': 'none', evidence: '' };
  const all = readdirSync(FIXTURES);
  const unsafe = all.filter((name) => name.startsWith('unsafe'));
  const unread = ['own-class.keras', 'latest.h5', ...all.filter((name) => /bz2|lz4|lzma|-xz/.test(name))];
  const bytes = (name: string): Uint8Array => readFileSync(join(FIXTURES, name));

  test('is refused whatever format it has, and under any name', async () => {
    expect(unsafe.length).toBeGreaterThan(25);
    for (const name of unsafe) {
      const says = /^invalid-file: the model runs code or opens files of its own.*allow-unsafe-model: true/s;
      const inputs = { ...REGISTER, model: 'm' };
      await refused({ inputs, files: { [`m/${name}`]: bytes(name) } }, says);
      if (!/onnx$|pb$/.test(name))
        await refused({ inputs, files: { 'm/model.safetensors': bytes(name) } }, /^invalid-file: /);
    }
  }, 60_000);

  test.each(unread)('%s, of which nothing can be told, is refused too', async (name) => {
    const inputs = { ...REGISTER, model: 'm' };
    await refused(
      { inputs, files: { [`m/${name}`]: bytes(name) } },
      /^invalid-file: it cannot be told whether/,
    );
  });

  test('is told from a sound one, which is taken', async () => {
    for (const name of ['plain.onnx', 'plain.safetensors', 'forest.joblib', 'weights.pt', 'plain.keras']) {
      const inputs = { ...REGISTER, model: 'm', 'dry-run': 'true' };
      const { ending, said } = await run({ inputs, files: { [`m/${name}`]: bytes(name) } });
      expect([name, ending, said]).toEqual([name, 'ok', '']);
    }
  });

  test('beside good files is found', async () => {
    const files = { 'm/a.safetensors': bytes('plain.safetensors'), 'm/b/c.bin': bytes('unsafe-eval.pkl') };
    await refused({ inputs: { ...REGISTER, model: 'm' }, files }, /c\.bin.*builtins\.eval/s);
  });

  test.each([
    ['a pickle that is cut off', 'logistic-4.pkl', 0.5],
    ['a zip that is cut off', 'weights.pt', 0.7],
    ['an archive that is cut off', 'model.tar.gz', 0.5],
    ['safetensors that are cut off', 'plain.safetensors', 0.5],
    ['HDF5 that is cut off', 'plain.h5', 0.3],
    ['Keras that is cut off', 'plain.keras', 0.5],
  ])('%s is refused', async (_, name, share) => {
    const whole = bytes(name);
    const files = { [`m/${name}`]: whole.subarray(0, Math.floor(whole.length * share)) };
    await refused({ inputs: { ...REGISTER, model: 'm' }, files }, /^invalid-file: /);
  });
});

describe('B46 B47 a model that does not lie where it should', () => {
  const link = (target: string, name: string) => (workspace: string) =>
    symlink(target, join(workspace, name));

  test.each<readonly [string, string, Given['prepare'], RegExp]>([
    ['no file', 'gone.onnx', undefined, /^not-found: gone\.onnx/],
    ['a pattern without a match', 'models/*.onnx', undefined, /^not-found: models\/\*\.onnx/],
    ['an empty folder', 'empty', async (root) => void (await mkdir(join(root, 'empty'))), /empty/],
    ['a link out of the workspace', 'l', link('/etc/passwd', 'l'), /^outside-workspace: /],
    ['a link to a folder outside', 'l', link('/etc', 'l'), /^outside-workspace: /],
    ['a link that goes round', 'l', link('l', 'l'), /l: /],
    ['a link to nothing', 'l', link('nothing', 'l'), /l: a symbolic link that leads nowhere/],
    ['a pipe', 'p', (root) => void execFileSync('mkfifo', [join(root, 'p')]), /p: /],
    ['a device', '/dev/zero', undefined, /\/dev\/zero/],
    ['a path upwards', '../x', undefined, /^outside-workspace: .*\/x/],
    ['a file of the system', '/etc/passwd', undefined, /\/etc\/passwd/],
    [
      'a folder with a link out of it',
      'm',
      async (root) => {
        await mkdir(join(root, 'm'));
        await symlink('/etc/passwd', join(root, 'm', 'weights.bin'));
      },
      /weights\.bin|m/,
    ],
  ])('%s', async (_, model, prepare, says) => {
    await refused(
      { inputs: { operation: 'register', model }, ...(prepare === undefined ? {} : { prepare }) },
      says,
    );
  });

  test.each([
    "it's a model.bin",
    '$(id).bin',
    'a "b".bin',
    '-rf',
    '{x}.bin',
    '日本.bin',
    '%2e%2e',
    ';exit 1',
    'a\\b',
  ])('a folder named %j is read as it is', async (name) => {
    const inputs = {
      operation: 'register',
      'model-name': 'odd',
      'require-evidence': 'none',
      evidence: '',
      'dry-run': 'true',
      model: 'm',
    };
    const { ending, said } = await run({ inputs, files: { [`m/${name}/model.bin`]: 'weights' } });
    expect([ending, said]).toEqual(['ok', '']);
  });
});

describe('evidence that is none', () => {
  const gate = (change: Readonly<Record<string, unknown>>) => gateFor('weights', change);
  test.each<readonly [string, string | Uint8Array, RegExp]>([
    ['an empty file', '', /not-found: evidence gate\.json/],
    ['no JSON', 'pass', /not-found: evidence/],
    ['JSON of something else', '{"verdict": "pass"}', /not-found: evidence/],
    ['a newer schema', gate({ schema: 'mlops-actions/gate/v2' }), /not-found: evidence/],
    ['a verdict of its own', gate({ verdict: 'PASS' }), /invalid-document.*verdict/s],
    [
      'a key that stands twice',
      gate({}).replace('"verdict":"pass"', '"verdict":"fail","verdict":"pass"'),
      /gate\.json:1:\d+: .*"verdict" stands here again, first at gate\.json:1:\d+/,
    ],
    [
      'a digest that is none',
      gate({ subjects: [{ role: 'model', name: 'm', digest: 'sha256:1' }] }),
      /invalid-document.*digest/s,
    ],
    ['no word about a model', gate({ subjects: [] }), /model/],
    ['a number that is none', gate({}).replace('0.9', 'NaN'), /gate\.json|evidence/],
    ['a key that is unknown', gate({ forced: true }), /invalid-document.*forced/s],
    [
      'names of objects',
      gate({}).replace('{"schema"', '{"__proto__":{"verdict":"pass"},"schema"'),
      /__proto__/,
    ],
    [
      'JSON that is nested too deep',
      gate({}).replace('"notes":[]', `"notes":${'['.repeat(5_000)}${']'.repeat(5_000)}`),
      /gate\.json|evidence/,
    ],
    ['UTF-16', Buffer.from(gate({}), 'utf16le'), /gate\.json|evidence/],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0xc3]), /gate\.json|evidence/],
    ['a time that is none', gateFor('weights', {}, 'yesterday'), /created/],
    ['a time to come', gateFor('weights', {}, '2027-01-15T11:00:00Z'), /future|not older|ahead|created/i],
  ])('%s', async (_, content, says) => {
    await refused({ files: { 'gate.json': content } }, says);
  });
});

describe('B53 B60 a rollout file that cannot be carried out', () => {
  const file = (steps: string, more = ''): string =>
    `version: 1\ntraffic: { driver: file, file: { path: t.json } }\nsteps: ${steps}\n${more}`;
  test.each<readonly [string, string]>([
    ['nothing', ''],
    ['no steps', file('[]')],
    ['a weight that sinks', file('[{ weight: 50 }, { weight: 10 }]')],
    ['no traffic at its end', file('[{ weight: 0 }]')],
    ['more than all traffic', file('[{ weight: 101 }]')],
    ['less than none', file('[{ weight: -1 }, { weight: 100 }]')],
    ['half a percent', file('[{ weight: 0.5 }, { weight: 100 }]')],
    ['a weight that is a text', file('[{ weight: "100" }]')],
    ['a weight that is no number', file('[{ weight: .nan }]')],
    ['a weight that is endless', file('[{ weight: .inf }]')],
    ['a bake before the beginning', file('[{ weight: 50, bake: -1h }, { weight: 100 }]')],
    ['a bake of years', file('[{ weight: 50, bake: 1000000000s }, { weight: 100 }]')],
    ['a bake without a unit', file('[{ weight: 50, bake: 30 }, { weight: 100 }]')],
    ['an unknown key', file('[{ weight: 100 }]', 'dead-line: 1h')],
    ['a key that stands twice', file('[{ weight: 100 }]', 'version: 1')],
    ['an alias bomb', `a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b,*b]\n${file('[{ weight: 100 }]')}`],
    ['a tag', file('[{ weight: !!js/function "x" }]')],
    ['two documents', `${file('[{ weight: 100 }]')}---\n${file('[{ weight: 100 }]')}`],
    ['tabs', `version: 1\n\tsteps: [{ weight: 100 }]\n`],
    ['a step that is no list', file('{ weight: 100 }')],
    ['a boolean of another language', file('[{ weight: 100 }]', 'keep-previous-warm: "no"')],
    ['a version to come', file('[{ weight: 100 }]').replace('version: 1', 'version: 2')],
    [
      'JSON Schema in its place',
      '{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}',
    ],
    ['an object name', file('[{ weight: 100 }]', '__proto__: { x: 1 }')],
    ['UTF-16', Buffer.from(file('[{ weight: 100 }]'), 'utf16le').toString('latin1')],
  ])('%s', async (_, rollout) => {
    await refused({ inputs: { rollout: 'rollout.yml' }, files: { 'rollout.yml': rollout } }, /rollout\.yml/);
  });

  test('a bake that is longer than a job may last', async () => {
    const rollout = file('[{ weight: 50, bake: 7h }, { weight: 100 }]');
    await refused(
      { inputs: { rollout: 'rollout.yml', wait: 'inline' }, files: { 'rollout.yml': rollout } },
      /7 h/,
    );
  });
});

describe('B57 events to be taken over that are none', () => {
  const rollback = (change: object): string =>
    JSON.stringify({ ...JSON.parse(gateFor('weights')), schema: 'mlops-actions/rollback/v1', ...change });
  test.each<readonly [string, string]>([
    ['an empty file', ''],
    ['no JSON', 'events'],
    ['a cut file', rollback({}).slice(0, 300)],
    ['a merge conflict', `<<<<<<< ours\n${rollback({})}\n=======\n{}\n>>>>>>> theirs\n`],
    ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'],
    ['another document', gateFor('weights')],
    ['a newer format', rollback({ schema: 'mlops-actions/rollback/v2' })],
    ['events that are no list', rollback({ pendingEvents: {} })],
    ['an event without a type', rollback({ pendingEvents: [{ data: {} }] })],
    ['an event of no known type', rollback({ pendingEvents: [{ type: 'version.blessed', data: {} }] })],
    ['an object name', rollback({ pendingEvents: [{ type: 'constructor', data: {} }] })],
  ])('%s', async (_, content) => {
    const inputs = { operation: 'import', import: 'rollback.json', reason: 'GitHub was down', model: '' };
    await refused({ inputs, files: { 'rollback.json': content } }, /rollback\.json/);
  });
});

describe('B66 a run that has no right to it', () => {
  const FOREIGN = { workflow_run: { head_repository: { full_name: 'mallory/models' } } };
  const both = ['promote-model', 'rollback'] as const;
  test.each(
    both.flatMap(
      (action) =>
        [
          [action, 'pull_request_target', {}],
          [action, 'workflow_run', FOREIGN],
          [action, 'workflow_run', {}],
          [action, 'workflow_run', { workflow_run: { head_repository: null } }],
          [action, 'workflow_run', { workflow_run: { head_repository: { full_name: 'OCTO/models' } } }],
          [action, 'workflow_run', { workflow_run: [] }],
          [
            action,
            'workflow_run',
            { __proto__: { workflow_run: { head_repository: { full_name: 'octo/models' } } } },
          ],
        ] as const,
    ),
  )('%s on %s of %j is refused', async (action, event, payload) => {
    await refused({ action, context: { event, payload } }, /^untrusted-event: .*allow-untrusted-event/s);
  });

  test.each(both)('%s without a token says how to give it one', async (action) => {
    await refused({ action, connected: false }, /github-token/);
  });
});

describe('B63 a rollback that has nowhere to go', () => {
  test.each([
    ['no ledger at all', {}],
    ['a version that nobody knows', { to: '9.9.9' }],
    ['the version before none', { to: 'previous' }],
    ['in strict mode', { 'audit-mode': 'strict' }],
  ])('%s', async (_, inputs) => {
    await refused({ action: 'rollback', inputs: { ...inputs, 'incident-issue': 'off' } }, /./);
  });
});
