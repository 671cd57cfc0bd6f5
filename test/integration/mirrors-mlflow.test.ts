import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../actions/lib/digest.ts';
import type { OutboxEntry } from '../../actions/lib/registry/events.ts';
import { promotionEntries } from '../../actions/lib/registry/outbox.ts';
import { mlflowMirror } from '../../actions/runtime/mirrors/mlflow.ts';
import { contextOf } from '../support/github.ts';
import { type MemoryRuntime, memoryRuntime } from '../support/memory-runtime.ts';
import { type MlflowFault, type MlflowServer, startMlflow } from '../support/mlflow.ts';

const runtimes: MemoryRuntime[] = [];
let mlflow: MlflowServer;

const VARIABLES = ['MLFLOW_TRACKING_TOKEN', 'MLFLOW_TRACKING_USERNAME', 'MLFLOW_TRACKING_PASSWORD'];

beforeEach(async () => {
  mlflow = await startMlflow();
});
afterEach(async () => {
  mlflow.close();
  for (const name of VARIABLES) delete process.env[name];
  for (const runtime of runtimes.splice(0)) await runtime.dispose();
});

function entryFor(
  version: string,
  change: { uri?: string; bytes?: string; fence?: number; alias?: string } = {},
): OutboxEntry {
  const {
    uri = 'https://store.acme.dev/model.onnx',
    bytes = version,
    fence = 1,
    alias = 'champion',
  } = change;
  const [entry] = promotionEntries(
    {
      model: 'churn',
      environment: 'production',
      fence,
      head: sha256(`head ${fence}`),
      to: { version, digest: sha256(bytes), uri, commit: '0'.repeat(40) },
    },
    { mlflowAlias: alias, artifactRecords: false, gtoTags: false, release: 'off' },
  );
  return entry ?? expect.fail('no entry');
}

async function deliver(entry: OutboxEntry, url = mlflow.url, allowPrivateNetwork = true) {
  const runtime = await memoryRuntime({ context: contextOf('') });
  runtimes.push(runtime);
  return mlflowMirror(runtime, { trackingUri: url, allowPrivateNetwork })(entry);
}

const champion = () =>
  mlflow.versions.find(({ version }) => version === mlflow.aliases.get('churn@champion'));

describe('what serves, in MLflow', () => {
  test('is a version with our digest, tags that lead back to the ledger, and the alias', async () => {
    expect(await deliver(entryFor('3.4.0'))).toEqual({ kind: 'done', reference: 'models:/churn/1@champion' });
    expect(champion()?.source).toBe('https://store.acme.dev/model.onnx');
    expect(Object.fromEntries(champion()?.tags.map(({ key, value }) => [key, value]) ?? [])).toEqual({
      'mlops.digest': sha256('3.4.0'),
      'mlops.version': '3.4.0',
      'mlops.environment': 'production',
      'mlops.ledger-head': sha256('head 1'),
      'mlops.commit': '0'.repeat(40),
    });
  });

  test('told twice makes nothing twice, and a version that comes back is found again', async () => {
    await deliver(entryFor('3.3.0', { fence: 1 }));
    await deliver(entryFor('3.4.0', { fence: 2 }));
    await deliver(entryFor('3.4.0', { fence: 2 }));
    expect(mlflow.versions.length).toBe(2);
    expect(mlflow.aliases.get('churn@champion')).toBe('2');
    expect(await deliver(entryFor('3.3.0', { fence: 3 }))).toMatchObject({
      reference: 'models:/churn/1@champion',
    });
    expect(mlflow.versions.length).toBe(2);
    expect(champion()?.tags).toContainEqual({ key: 'mlops.ledger-head', value: sha256('head 3') });
  });

  test('is found on a later page', async () => {
    mlflow.close();
    mlflow = await startMlflow({ pageSize: 1 });
    for (const version of ['1.0.0', '2.0.0', '3.0.0']) await deliver(entryFor(version));
    expect(await deliver(entryFor('1.0.0'))).toMatchObject({ reference: 'models:/churn/1@champion' });
    expect(mlflow.versions.length).toBe(3);
  });

  test.each([
    [
      'release:churn-v1.0.0/model.onnx',
      'https://github.com/octo/models/releases/download/churn-v1.0.0/model.onnx',
    ],
    ['', 'https://github.com/octo/models'],
    ['models/churn.onnx', 'https://github.com/octo/models'],
    ['oci://ghcr.io/acme/churn@sha256:ab', 'oci://ghcr.io/acme/churn@sha256:ab'],
    ['s3://bucket/churn.onnx', 's3://bucket/churn.onnx'],
  ])('has a source that MLflow accepts: %j', async (uri, source) => {
    expect(await deliver(entryFor('1.0.0', { uri }))).toMatchObject({ kind: 'done' });
    expect(mlflow.versions[0]?.source).toBe(source);
  });
});

describe('with faults', () => {
  const paths = [
    'registered-models/create',
    'model-versions/create',
    'model-versions/search',
    'model-versions/set-tag',
    'registered-models/alias',
  ];
  const kinds: readonly Omit<MlflowFault, 'path' | 'times'>[] = [
    { effect: false, answer: 'reset' },
    { effect: true, answer: 'reset' },
    { effect: false, answer: 503 },
    { effect: true, answer: 502 },
    { effect: true, answer: 'html' },
  ];
  const cases = paths.flatMap((path) => kinds.map((kind) => ({ ...kind, path })));

  test.each(cases)('$path, effect $effect, $answer: told in the end, and once', async (fault) => {
    mlflow.faults.push({ ...fault, times: 1 });
    const first = await deliver(entryFor('3.4.0'));
    if (first.kind === 'failed') expect(first.reason).toMatch(/^MLflow, [a-z/-]+: (no answer|answered)/);
    expect(await deliver(entryFor('3.4.0'))).toMatchObject({ kind: 'done' });
    expect(mlflow.versions.length).toBe(1);
    expect(mlflow.aliases.get('churn@champion')).toBe('1');
  });

  test('a server that is down, or in a private network, is a reason and no exception', async () => {
    expect(await deliver(entryFor('1.0.0'), 'http://127.0.0.1:9')).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/no answer \(refused/),
    });
    expect(await deliver(entryFor('1.0.0'), mlflow.url, false)).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/forbidden-address/),
    });
    expect(mlflow.calls).toEqual([]);
  });

  test('an alias that MLflow keeps for itself is refused in its own words', async () => {
    expect(await deliver(entryFor('1.0.0', { alias: 'latest' }))).toEqual({
      kind: 'failed',
      reason: "MLflow, registered-models/alias: INVALID_PARAMETER_VALUE: Invalid alias name: 'latest'.",
    });
  });
});

describe('credentials', () => {
  const guarded = async (authorization: string) => {
    mlflow.close();
    mlflow = await startMlflow({ authorization });
  };

  test('are a token, or a user and a password, and are masked', async () => {
    await guarded('Bearer secret token');
    process.env['MLFLOW_TRACKING_TOKEN'] = 'secret token';
    expect(await deliver(entryFor('1.0.0'))).toMatchObject({ kind: 'done' });
    expect(runtimes[0]?.recorded.masked).toContain('secret token');
    delete process.env['MLFLOW_TRACKING_TOKEN'];
    await guarded(`Basic ${Buffer.from('ci:secret word').toString('base64')}`);
    process.env['MLFLOW_TRACKING_USERNAME'] = 'ci';
    process.env['MLFLOW_TRACKING_PASSWORD'] = 'secret word';
    expect(await deliver(entryFor('1.0.0'))).toMatchObject({ kind: 'done' });
  });

  test('that are missing are named', async () => {
    await guarded('Bearer x');
    expect(await deliver(entryFor('1.0.0'))).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/401\. Give the step MLFLOW_TRACKING_TOKEN/),
    });
  });
});
