import { describe, expect, test } from 'vitest';
import { parseRollout } from '../../../../actions/lib/rollout/parse-rollout.ts';

const parse = (traffic: object) =>
  parseRollout(JSON.stringify({ version: 1, traffic, steps: [{ weight: 100 }] }), 'rollout.yml').traffic;

const webhook = (change: object = {}) => ({
  driver: 'webhook',
  webhook: {
    url: 'https://hooks.example/t',
    'read-url': 'https://hooks.example/t?v=${version}',
    'secret-env': 'HOOK',
    ...change,
  },
});
const kserve = (change: object = {}) => ({
  driver: 'kserve',
  kserve: {
    api: 'https://k8s.example:6443/',
    'token-env': 'TOKEN',
    namespace: 'ml',
    name: 'churn',
    ...change,
  },
});

describe('drivers', () => {
  test('each is read with its defaults', () => {
    const common = { settleMs: 0, verifyTimeoutMs: 60_000 };
    expect(parse({ driver: 'command', command: { set: ['a'], read: ['b'] } })).toEqual({
      ...common,
      spec: { driver: 'command', set: ['a'], read: ['b'], timeoutMs: 60_000 },
    });
    expect(parse(webhook())?.spec).toMatchObject({ driver: 'webhook', allowPrivateNetwork: false });
    expect(parse({ ...kserve(), settle: '10s', verify: { timeout: '5m' } })).toEqual({
      settleMs: 10_000,
      verifyTimeoutMs: 300_000,
      spec: {
        driver: 'kserve',
        api: 'https://k8s.example:6443',
        tokenEnv: 'TOKEN',
        namespace: 'ml',
        name: 'churn',
        kind: 'InferenceService',
        allowPrivateNetwork: false,
        timeoutMs: 60_000,
      },
    });
    expect(parse({ driver: 'file', file: { path: 'deploy/churn.json' } })).toEqual({
      ...common,
      spec: { driver: 'file', path: 'deploy/churn.json' },
    });
  });

  test.each([
    [{ driver: 'kserve' }, 'driver: kserve needs the key kserve'],
    [{ ...kserve(), file: { path: 'a.json' } }, 'the driver is kserve; remove this, or set driver: file'],
    [{ driver: 'istio' }, 'driver'],
    [{ driver: 'file', file: { path: 'deploy.yaml' } }, 'path'],
    [kserve({ name: 'a/b' }), 'name'],
    [kserve({ namespace: '../kube-system' }), 'namespace'],
    [kserve({ kind: 'Deployment' }), 'kind'],
    [kserve({ 'token-env': '$(id)' }), 'token-env'],
    [kserve({ api: 'https://k8s.example/?x=1' }), 'without variables, ? and #'],
    [kserve({ api: 'https://k8s.example/${model}' }), 'without variables, ? and #'],
  ])('%j is refused', (traffic, message) => {
    expect(() => parse(traffic)).toThrow(message);
  });
});

/** What no address may be; those of private networks that are written as numbers are refused on connection. */
const BAD = [
  'http://169.254.169.254',
  'http://[::1]',
  'http://2130706433',
  'http://hooks.example',
  'file:///etc/passwd',
  'ftp://hooks.example',
  'javascript:alert(1)',
  'https://user:secret@hooks.example',
  'https://user@hooks.example',
  'https://hooks.example/\tt',
  'https://hooks.example/ t',
  'https://hooks.example\\@evil.example',
  'https://h\u00f6oks.example',
  'https://hooks\u3002example',
  'https://\u0455ecure.example',
  'https://hooks.example/\u202et',
  'https://${version}.example',
  'https://hooks.example/${secret}',
  'https://',
  'hooks.example/t',
  '//hooks.example/t',
];

describe.each(BAD)('the address %j', (url) => {
  test.each([
    ['webhook url', webhook({ url })],
    ['webhook read-url', webhook({ 'read-url': url })],
    ['kserve api', kserve({ api: url })],
  ])('is refused as %s, with its place', (_, traffic) => {
    expect(() => parse(traffic)).toThrow(
      /rollout\.yml:\d+:\d+: traffic\.(webhook\.(url|read-url)|kserve\.api): /,
    );
  });
});

test('http: is for those who asked for private networks', () => {
  const url = 'http://10.0.0.5:8080/t';
  expect(parse(webhook({ url, 'allow-private-network': true }))?.spec).toMatchObject({ url });
});
