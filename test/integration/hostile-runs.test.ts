import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { stepLog } from '../../actions/runtime/log.ts';
import { outputEntry } from '../../actions/runtime/outputs.ts';
import { StepCommands } from '../../actions/runtime/step-commands.ts';
import { WORST_LINE, WORST_TEXT } from '../support/hostile-texts.ts';
import { effectsOf } from '../support/inert.ts';
import type { MemoryRuntime } from '../support/memory-runtime.ts';
import { PromotionWorld } from '../support/promotion-world.ts';
import { gateFor, ledgerFile } from '../support/registry.ts';
import { commandsIn, outputsIn } from '../support/runner-parsers.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

/** Secrets without a shape that would give them away, in the places where a step has them. */
const SECRETS = {
  header: 'canary/header+"value"=one',
  mlflow: 'canary mlflow p&ss<word>',
  signing: 'canary-signing-key-three',
  address: 'canaryPartOfTheAddressFour',
} as const;

const USER = 'canary';

/** The forms in which a secret might leave. */
const formsOf = (secret: string): readonly string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(secret).toString('hex'),
];

let world: PromotionWorld;
/** A server of somebody else: says the worst, and repeats what it was told in every form. */
let evil: Server;
let url: string;
let alerts: string[];
const steps: { readonly runtime: MemoryRuntime; readonly message: string }[] = [];

/** What the server was told that may be a secret, in every form: headers, credentials, parts of its own address. */
function echo({ headers, url: path = '' }: IncomingMessage): string {
  const [scheme = '', value = ''] = (headers.authorization ?? '').split(' ', 2);
  const given = headers.authorization?.slice(scheme.length + 1) ?? '';
  const credentials = scheme === 'Basic' ? Buffer.from(value, 'base64').toString() : given;
  const password = credentials.slice(USER.length + 1);
  const told = [scheme === 'Basic' ? password : credentials, given, ...path.split('/')];
  return `${WORST_TEXT} ${told
    .filter((one) => one.length > 11)
    .flatMap(formsOf)
    .join(' ')}`;
}

beforeAll(async () => {
  vi.stubEnv('CANARY_HEADER', SECRETS.header);
  vi.stubEnv('MLFLOW_TRACKING_USERNAME', USER);
  vi.stubEnv('MLFLOW_TRACKING_PASSWORD', SECRETS.mlflow);
  vi.stubEnv('MLOPS_NOTIFY_SECRET', SECRETS.signing);
  alerts = [];
  world = await PromotionWorld.start();
  evil = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const path = request.url ?? '';
    if (path.startsWith('/hooks')) {
      alerts.push(body);
      return response.writeHead(500, { 'content-type': 'text/plain' }).end(echo(request));
    }
    response.setHeader('content-type', 'application/json');
    if (path.startsWith('/prometheus'))
      return response.end(
        JSON.stringify({
          status: 'success',
          data: { resultType: 'vector', result: [{ metric: {}, value: [1, '0.01'] }] },
          warnings: [echo(request)],
          infos: [echo(request)],
        }),
      );
    if (path.startsWith('/value')) return response.end(JSON.stringify({ errors: echo(request) }));
    return response.writeHead(400).end(
      JSON.stringify({
        error_code: WORST_LINE,
        message: echo(request),
        error: echo(request),
        status: 'error',
        errorType: WORST_LINE,
      }),
    );
  });
  await new Promise<void>((done) => {
    evil.listen(0, '127.0.0.1', done);
  });
  const address = evil.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  await world.service.remote.commitFiles(
    'main',
    { '.github/workflows/train.yml': 'name: Train\non: { workflow_dispatch: {} }\njobs: {}\n' },
    'Add training',
  );
});

afterAll(async () => {
  vi.unstubAllEnvs();
  for (const { runtime } of steps) await runtime.dispose();
  evil.close();
  evil.closeAllConnections();
  await world.close();
});

const tellings = (format: string) => ({
  'notify-url': `${url}/hooks/${SECRETS.address}`,
  'notify-format': format,
  'notify-on': 'completed,waiting,paused,rolled-back,aborted,refused,failed',
  'notify-allow-private-network': 'true',
  'mlflow-tracking-uri': `${url}/mlflow`,
  'mlflow-allow-private-network': 'true',
  'artifact-records': 'true',
  'gto-tags': 'true',
  release: 'publish',
});

const reach = (path: string): string =>
  `url: "${url}${path}", headers: { Authorization: "Bearer \${env.CANARY_HEADER}" }, allow-private-network: true`;

/** A rollout that asks the server of somebody else. */
const rollout = (more = ''): string =>
  `${world.rollout(
    '  - { weight: 50, bake: 1h, analysis: [health] }\n  - { weight: 100 }',
    `on-failure: pause\nproviders:\n  sound: { type: prometheus, ${reach('/prometheus')} }\n  broken: { type: prometheus, ${reach('/broken')} }\n${more}`,
  )}
      - { name: value, type: http-json, pointer: /errors, fail-if: "> 0.05", ${reach('/value')} }
      - { name: refused, type: http-json, pointer: /errors, fail-if: "> 0.05", ${reach('/refused')} }
      - { name: warned, type: prometheus, provider: sound, query: up, fail-if: "> 0.05" }
      - { name: unsound, type: prometheus, provider: broken, query: up, fail-if: "> 0.05" }
`;

const NAME = 'a @octo #1 [x](http:evil) <img src=x> `b` $(id) ##[error]x';
const GATE = `evidence/${NAME}.json`;

const files = {
  'worst.txt': WORST_TEXT,
  [`m/${NAME}.onnx`]: 'bytes',
  [`m/it's "a" file.bin`]: 'bytes',
  'signature.json': JSON.stringify({
    inputs: [{ name: WORST_TEXT, type: WORST_LINE }],
    outputs: [{ name: '__proto__', type: 'double' }],
  }),
};

async function keep(step: Awaited<ReturnType<PromotionWorld['operate']>>): Promise<void> {
  const message = step.outcome?.message ?? String(step.error);
  steps.push({ runtime: step.runtime, message });
}

interface Told {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

const textIn = (body: object, name: string): string => {
  const value: unknown = Object.getOwnPropertyDescriptor(body, name)?.value;
  return typeof value === 'string' ? value : '';
};

/** The Markdown that a request gives to GitHub: of issues, comments and releases. */
function markdownIn({ method, path, body }: Told): readonly (readonly [string, string])[] {
  if (method === 'GET' || typeof body !== 'object' || body === null) return [];
  const markdown = textIn(body, 'body');
  return markdown === '' ? [] : [[path, markdown]];
}

describe('the worst of texts, at every entrance at once', () => {
  test('goes through a promotion that is forced and fails its checks', async () => {
    const command =
      "process.stderr.write(require('node:fs').readFileSync('worst.txt', 'utf8').replaceAll('\\n', ' ')); process.exit(1)";
    const inputs = {
      ...tellings('slack'),
      force: 'true',
      reason: WORST_TEXT,
      cause: WORST_TEXT.slice(0, 900),
      model: 'm',
      signature: 'signature.json',
      evidence: '',
      'require-evidence': 'none',
      'allow-unsafe-model': 'true',
    };
    const preflight = `preflight:\n  - { name: smoke, command: [node, -e, ${JSON.stringify(command)}] }`;
    const step = await world.promote('one', rollout(preflight), { run: 1, inputs, files });
    await keep(step);
    expect(step.error).toBeUndefined();
    expect(step.output('status')).toBe('failed');
  });

  test('goes through a promotion whose metrics come from somebody else', async () => {
    const inputs = {
      ...tellings('teams'),
      wait: 'inline',
      'max-wait-minutes': '350',
      cause: WORST_LINE,
      model: 'm/model.onnx',
      reason: WORST_TEXT,
      force: 'true',
    };
    const more = { 'm/model.onnx': 'two' };
    const step = await world.promote('two', rollout(), { run: 2, hour: 1, inputs, files: more });
    await keep(step);
    expect(step.error).toBeUndefined();
    expect(step.output('status')).toBe('paused');
  });

  test('goes through a rollback with its incident and retraining', async () => {
    const whole = await world.promote('three', world.rollout('  - { weight: 100 }'), {
      run: 3,
      hour: 5,
      inputs: tellings('json'),
    });
    await keep(whole);
    expect(whole.output('status')).toBe('completed');
    const worse = await world.promote('four', world.rollout('  - { weight: 100 }'), {
      run: 4,
      hour: 6,
      inputs: { ...tellings('json'), cause: WORST_LINE },
    });
    await keep(worse);
    const step = await world.operate('promote', {
      action: 'rollback',
      run: 5,
      hour: 7,
      inputs: {
        ...tellings('slack'),
        reason: WORST_TEXT,
        evidence: `evidence/*.json`,
        retrain: 'workflow_dispatch',
        'retrain-workflow': 'train.yml',
      },
      files: { [GATE]: gateFor('four', { notes: [WORST_TEXT], verdict: 'fail' }) },
    });
    await keep(step);
    expect(step.error).toBeUndefined();
    expect(await step.document()).toMatchObject({ status: 'rolled-back', incident: { number: 1 } });
  });

  test('no secret is told to anybody, in any form', async () => {
    const told: Record<string, string> = {
      alerts: alerts.join('\n'),
      requests: JSON.stringify(world.service.calls.map(({ body }) => body ?? '')),
      dispatches: JSON.stringify(world.service.dispatches),
    };
    for (const [index, { runtime, message }] of steps.entries()) {
      const { recorded } = runtime;
      told[`step ${index}`] = JSON.stringify([
        recorded.log,
        [...recorded.outputs],
        recorded.summary(),
        runtime.redact(message),
      ]);
      for (const upload of recorded.uploads)
        for (const path of upload.files)
          told[`step ${index}: ${path}`] = await runtime.files.readText(`${upload.root}/${path}`);
    }
    const found = Object.entries(told).flatMap(([where, text]) =>
      Object.entries(SECRETS).flatMap(([name, secret]) =>
        formsOf(secret).flatMap((form) => {
          const at = text.indexOf(form);
          return at < 0
            ? []
            : [`${where}: ${name} in ${JSON.stringify(text.slice(Math.max(0, at - 80), at + 40))}`];
        }),
      ),
    );
    expect(found).toEqual([]);
  });

  test('what GitHub shows of it does nothing', async () => {
    const bodies = world.service.calls.flatMap(markdownIn);
    const readme = (await ledgerFile(world.service, 'models/churn/README.md')) ?? '';
    const summaries = steps.map(
      ({ runtime }, index) => [`summary ${index}`, runtime.recorded.summary()] as const,
    );
    const harmed = [['README.md', readme] as const, ...bodies, ...summaries].flatMap(([where, markdown]) =>
      effectsOf(markdown.replace(/^<!-- mlops-actions:.* -->\n/, ''), { links: [], headings: [] })
        .filter(
          (effect) => !/^link: (https:\/\/github\.com\/octo\/models\/|http:\/\/127\.0\.0\.1)/.test(effect),
        )
        .filter((effect) => !effect.startsWith('heading: ') || /passed|evil/.test(effect))
        .map((effect) => `${where}: ${effect}`),
    );
    for (const path of ['/issues', '/releases']) expect(bodies.map(([where]) => where)).toContain(path);
    expect(readme).toContain('quarantine');
    expect(harmed).toEqual([]);
  });

  test('the runner reads no command and no output but ours', () => {
    for (const { runtime, message } of steps) {
      const lines: string[] = [];
      const log = stepLog(new StepCommands((line) => lines.push(line)), runtime.clock);
      for (const { level, message: text } of runtime.recorded.log) {
        if (level === 'group' || level === 'progress') log.info(text);
        else log[level](text);
      }
      log.error(message);
      const names = new Set(commandsIn(lines.join('\n')).map(({ name }) => name));
      expect([...names].filter((name) => !['debug', 'notice', 'warning', 'error'].includes(name))).toEqual(
        [],
      );
      const outputs = [...runtime.recorded.outputs];
      expect(outputsIn(outputs.map(([name, value]) => outputEntry(name, value)).join(''))).toEqual(outputs);
    }
  });
});
