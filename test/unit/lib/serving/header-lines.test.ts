import { expect, test } from 'vitest';
import { readHeaders } from '../../../../actions/lib/serving/header-lines.ts';

test('names, values, and what of them is secret', () => {
  const { values, secrets } = readHeaders([
    'Authorization: Bearer abc.def',
    'X-Api-Key:  k:1 2 ',
    'Cookie: session=s1s2s3s4; theme=dark',
    'X-Debug: true',
    'X-Tenant: 42',
    'Accept: application/json',
  ]);
  expect(values).toEqual({
    authorization: 'Bearer abc.def',
    'x-api-key': 'k:1 2',
    cookie: 'session=s1s2s3s4; theme=dark',
    'x-debug': 'true',
    'x-tenant': '42',
    accept: 'application/json',
  });
  // Words of every document stay readable, or masking would make them unreadable.
  expect(secrets).toEqual(['Bearer abc.def', 'abc.def', 'k:1 2', 'session=s1s2s3s4; theme=dark', 's1s2s3s4']);
});

test.each([
  [['no colon s3cret'], /line 1: expected "Name: value"/],
  [['X-A: 1', 'bad name: s3cret'], /line 2: expected "Name: value"/],
  [[': s3cret'], /line 1: expected/],
  [['X-A:'], /x-a has no value/],
  [['X-A: s3cret\u0000'], /the value of x-a holds a control character/],
  [['X-A: s3cret\r\nX-B: 1'], /holds a control character/],
  [['X-A: s3cret', 'x-a: s3cret'], /line 2: x-a is given twice/],
  [['Host: s3cret'], /host is set by the connection/],
  [['Content-Length: 3'], /content-length is set by the connection/],
])('%j is refused without its value', (lines, message) => {
  expect(() => readHeaders(lines)).toThrow(message);
  expect(() => readHeaders(lines)).not.toThrow(/s3cret/);
});
