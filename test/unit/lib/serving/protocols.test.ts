import { describe, expect, test } from 'vitest';
import { readAddress } from '../../../../actions/lib/serving/address.ts';
import { PROTOCOLS } from '../../../../actions/lib/serving/catalog.ts';
import { checkPointer, valueAt } from '../../../../actions/lib/serving/json-pointer.ts';
import type {
  AnsweredRows,
  ProtocolName,
  ProtocolOptions,
} from '../../../../actions/lib/serving/protocol.ts';
import { probesFor } from '../../../../actions/lib/serving/recognise.ts';
import { servedData } from '../../../support/model-servers.ts';

const data = await servedData('a,label,"b ""c"""\n1,0,0.5\n2,1,\n3,0,x\n'.replace(',x\n', ',7\n'));
const texts = await servedData('a,label,t\n1,0,u\n2,1,\n3,0,w\n');

const planOf = (protocol: ProtocolName, from = data, options: ProtocolOptions = {}) =>
  PROTOCOLS[protocol].plan(readAddress('https://h/v1/models/m'), from, options, undefined);

test.each<[ProtocolName, typeof data, string]>([
  ['kserve-v1', data, '{"instances":[[2,null],[3,7.0]]}'],
  ['kserve-v1', texts, '{"instances":[{"a":2,"t":null},{"a":3,"t":"w"}]}'],
  ['mlflow', data, '{"dataframe_split":{"columns":["a","b \\"c\\""],"data":[[2,null],[3,7.0]]}}'],
  ['json', data, '{"instances":[{"a":2,"b \\"c\\"":null},{"a":3,"b \\"c\\"":7.0}]}'],
])('the body of %s', (protocol, from, expected) => {
  const plan = planOf(protocol, from);
  expect(plan.body(1, 3)).toBe(expected);
  expect(plan.columns).not.toContain('label');
});

test.each([
  ['lists', '{"instances":[[2,null],[3,"w"]]}'],
  ['objects', '{"instances":[{"a":2,"t":null},{"a":3,"t":"w"}]}'],
  ['frame', '{"instances":[[{"a":2,"t":null},{"a":3,"t":"w"}]]}'],
] as const)('instances of KServe as %s', (instances, expected) => {
  expect(planOf('kserve-v1', texts, { instances }).body(1, 3)).toBe(expected);
});

test('features are sent in the order they were named in, the label too if it is named', async () => {
  const named = await servedData('a,label,b\n1,0,2\n', { features: ['b', 'label'] });
  expect(planOf('mlflow', named).body(0, 1)).toContain('"columns":["b","label"],"data":[[2,0]]');
});

test('a table of labels alone has nothing to send', async () => {
  const empty = await servedData('label\n1\n');
  expect(() => planOf('json', empty)).toThrow(/nothing to send to the model/);
});

describe('answers', () => {
  const rows: AnsweredRows = { from: 0, to: 3, data, server: 'https://h', redact: (text) => text };
  const read = (protocol: ProtocolName, body: unknown, options: ProtocolOptions = {}, status = 200) =>
    planOf(protocol, data, options).read(
      { status, contentType: 'application/json', text: JSON.stringify(body) },
      rows,
    );
  const values = [
    { kind: 'numbers', name: '', values: Float64Array.of(1, 2, 3), width: 1, names: undefined },
  ];

  test.each<[ProtocolName, unknown, ProtocolOptions]>([
    ['kserve-v1', { predictions: [1, 2, 3] }, {}],
    ['mlflow', { predictions: [1, 2, 3] }, {}],
    ['json', [1, 2, 3], {}],
    ['json', { predictions: [1, 2, 3] }, {}],
    ['json', { result: { 'a/b': [[1, 2, 3]] } }, { pointer: '/result/a~1b/0' }],
    ['json', [1, 2, 3], { pointer: '' }],
  ])('%s reads %j', (protocol, body, options) => {
    expect(read(protocol, body, options)).toEqual(values);
  });

  test('201 is as good as 200, 204 is not', () => {
    expect(read('json', [1, 2, 3], {}, 201)).toEqual(values);
    expect(() => read('json', [1, 2, 3], {}, 204)).toThrow(/has status 204/);
  });

  test('a server that wants a data frame says so, and it is told how', () => {
    const error = 'ValueError : If using all scalar values, you must pass an index';
    expect(() => read('kserve-v1', { error }, {}, 500)).toThrow(
      /status 500: ".*"; .*set the form of instances to frame/,
    );
  });

  test.each<[ProtocolName, unknown, ProtocolOptions, RegExp]>([
    ['kserve-v1', [1, 2, 3], {}, /is a list of 3; expected an object with "predictions"/],
    ['mlflow', { outputs: [1] }, {}, /is an object with outputs; expected an object with "predictions"/],
    [
      'json',
      { result: [1] },
      { pointer: '/results' },
      /has nothing at the pointer "\/results"; it is an object with result/,
    ],
    ['json', 'x', {}, /is a string; expected a list or an object/],
  ])('%s refuses %j', (protocol, body, options, message) => {
    expect(() => read(protocol, body, options)).toThrow(message);
  });
});

test.each<[string, unknown]>([
  ['', { a: [1, { 'x/y': 2, '~': 3 }] }],
  ['/a/0', 1],
  ['/a/1/x~1y', 2],
  ['/a/1/~0', 3],
  ['/a/length', undefined],
  ['/a/00', undefined],
  ['/a/0/b', undefined],
  ['/constructor', undefined],
])('the value at %j', (pointer, expected) => {
  expect(valueAt({ a: [1, { 'x/y': 2, '~': 3 }] }, pointer)).toEqual(expected);
});

test.each(['a', 'a/b', '/a~2', '/a~'])('%s is no pointer', (pointer) => {
  expect(() => checkPointer(pointer)).toThrow(/JSON pointer/);
});

describe('what a server is asked before anything is sent', () => {
  test.each<[string, ProtocolName | 'auto', readonly string[]]>([
    ['https://h/v2/models/m?k=1', 'auto', ['GET https://h/v2/models/m?k=1']],
    ['https://h/v2/models/m/versions/4', 'oip-v2', ['GET https://h/v2/models/m/versions/4']],
    ['https://h/v1/models/m', 'auto', []],
    ['https://h/v1/models/m', 'kserve-v1', []],
    ['https://h/invocations', 'auto', []],
    ['https://h', 'mlflow', []],
    ['https://h', 'json', []],
    ['https://h', 'kserve-v1', ['GET https://h/v1/models']],
    ['https://h', 'oip-v2', ['GET https://h/v2/models', 'POST https://h/v2/repository/index']],
    [
      'https://h',
      'auto',
      [
        'GET https://h/v2/models',
        'POST https://h/v2/repository/index',
        'GET https://h/v1/models',
        'GET https://h/version',
        'GET https://h/ping',
      ],
    ],
  ])('%s, %s', (endpoint, protocol, expected) => {
    const probes = probesFor(readAddress(endpoint), protocol);
    expect(probes.map(({ method, url }) => `${method} ${url}`)).toEqual(expected);
  });

  test.each<[number, string, number, string, string]>([
    [0, 'a list of models that OpenAI has', 200, '{"object":"list","data":[]}', 'nothing'],
    [2, 'models of KServe', 200, '{"models":["a","b"]}', 'models'],
    [1, 'an index without models', 200, '[]', 'models'],
    [1, 'an index with models that are not loaded', 200, '[{"name":"a","state":"UNAVAILABLE"}]', 'nothing'],
    [3, 'a version', 200, '2.14.1\n', 'found'],
    [3, 'a version of something else', 200, '{"version":"2.14.1"}', 'nothing'],
    [3, 'a page', 200, '<html>2.1</html>', 'nothing'],
    [4, 'a ping that is answered', 200, '\n', 'found'],
    [4, 'a ping that is answered with words', 200, 'pong', 'nothing'],
    [4, 'a ping that fails', 404, '', 'nothing'],
  ])('probe %i: %s', (index, _, status, text, kind) => {
    const probe = probesFor(readAddress('https://h'), 'auto')[index];
    expect(probe?.read({ status, contentType: '', text }).kind).toBe(kind);
  });
});
