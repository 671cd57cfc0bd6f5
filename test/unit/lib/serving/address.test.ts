import { describe, expect, test } from 'vitest';
import { keysInQuery, readAddress, shownAddress } from '../../../../actions/lib/serving/address.ts';
import { PROTOCOL_CHOICES, PROTOCOLS } from '../../../../actions/lib/serving/catalog.ts';
import type { ProtocolName } from '../../../../actions/lib/serving/protocol.ts';
import { servedData } from '../../../support/model-servers.ts';

describe('addresses are taken apart', () => {
  test.each([
    ['https://host', undefined, 'https://host', undefined, undefined],
    ['https://host/', undefined, 'https://host', undefined, undefined],
    ['http://host:8080/v2', undefined, 'http://host:8080', undefined, undefined],
    ['http://host:8080/v2/health/ready', undefined, 'http://host:8080', undefined, undefined],
    ['http://host:8080/v1/models', undefined, 'http://host:8080', undefined, undefined],
    ['http://host/serving/', undefined, 'http://host/serving', undefined, undefined],
    ['https://host/v2/models/iris', 'oip-v2', 'https://host', 'iris', undefined],
    ['https://host/v2/models/iris/infer', 'oip-v2', 'https://host', 'iris', undefined],
    ['https://host/a/b/v2/models/iris/versions/3/infer/', 'oip-v2', 'https://host/a/b', 'iris', '3'],
    ['https://host/v2/models/my%20model/ready', 'oip-v2', 'https://host', 'my%20model', undefined],
    ['https://host/v1/models/iris:predict', 'kserve-v1', 'https://host', 'iris', undefined],
    ['https://host/v1/models/iris/versions/2:predict', 'kserve-v1', 'https://host', 'iris', '2'],
    ['https://host/v1/models/iris', 'kserve-v1', 'https://host', 'iris', undefined],
    [
      'https://host/model/iris/Production/invocations',
      'mlflow',
      'https://host/model/iris/Production',
      undefined,
      undefined,
    ],
  ])('%s', (url, spoken, base, model, version) => {
    expect(readAddress(url)).toMatchObject({ spoken, base, model, version, query: '' });
  });

  test.each([
    ['host:8080', /host: is not spoken here|not a web address/],
    ['iris', /not a web address; expected something like https/],
    ['file:///etc/passwd', /file: is not spoken here/],
    ['https://me:word@host/', /name and a password in the address are refused/],
  ])('%s is refused without being repeated', (url, message) => {
    expect(() => readAddress(url)).toThrow(message);
    expect(() => readAddress(url)).not.toThrow(/me:word|etc\/passwd/);
  });
});

test.each<[ProtocolName, string, string]>([
  ['oip-v2', 'https://h/v2/models/m?code=abc', 'https://h/v2/models/m/infer?code=abc'],
  ['oip-v2', 'https://h/x/v2/models/m/versions/2', 'https://h/x/v2/models/m/versions/2/infer'],
  ['kserve-v1', 'https://h/v1/models/m', 'https://h/v1/models/m:predict'],
  ['kserve-v1', 'https://h/v1/models/m/versions/2', 'https://h/v1/models/m/versions/2:predict'],
  ['mlflow', 'https://h/serve', 'https://h/serve/invocations'],
  ['mlflow', 'https://h/serve/invocations?k=1', 'https://h/serve/invocations?k=1'],
  ['json', 'https://h/any/path/?k=1', 'https://h/any/path/?k=1'],
])('%s sends what is for %s to %s', async (protocol, endpoint, url) => {
  const data = await servedData('x\n1\n');
  expect(PROTOCOLS[protocol].plan(readAddress(endpoint), data, {}, undefined).url).toBe(url);
});

test('a model has to be named where the protocol has several', async () => {
  const data = await servedData('x\n1\n');
  const plan = () => PROTOCOLS['kserve-v1'].plan(readAddress('https://h:8'), data, {}, undefined);
  expect(plan).toThrow('the address does not name a model; expected https://h:8/v1/models/NAME');
});

test('keys in a query are not shown, and found', () => {
  const url = 'https://h/p?api-key=abc&version=2&sig=d%2Fe&keys=true#f';
  expect(shownAddress(url)).toBe('https://h/p');
  expect(keysInQuery(url)).toEqual(['abc', 'd/e']);
});

test('every protocol can be chosen, by the name it has itself', () => {
  expect(PROTOCOL_CHOICES).toEqual(['auto', ...Object.keys(PROTOCOLS)]);
  for (const [name, protocol] of Object.entries(PROTOCOLS)) expect(protocol.name).toBe(name);
});
