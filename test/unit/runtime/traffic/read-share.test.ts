import { describe, expect, test } from 'vitest';
import { readShare } from '../../../../actions/runtime/traffic/read-share.ts';

describe('a share', () => {
  test.each([
    ['10', 10, undefined],
    [' 0\n', 0, undefined],
    ['{"weight":12.5}', 12.5, undefined],
    ['{"version":"1.4.0","weight":10}', 10, undefined],
    ['{"version":"1.3.2","weight":90}', 10, undefined],
    ['{"weights":{"1.4.0":10,"1.3.2":90}}', 10, undefined],
    ['{"weights":{"1.3.2":100}}', 0, undefined],
    ['{"weights":{"1.4.0":0},"shadow":20}', 0, 20],
  ])('%s', (text, weight, shadow) => {
    expect(readShare(text, '1.4.0')).toEqual({ kind: 'weight', weight, shadow });
  });

  test.each([
    '<html><body>login</body></html>',
    '',
    ' ',
    '101',
    '-1',
    'NaN',
    'Infinity',
    '1e999',
    'null',
    'true',
    '"10"',
    '"10 %"',
    '[10]',
    '{}',
    '{"weight":"10"}',
    '{"weight":null}',
    '{"weight":101}',
    '{"weights":[10]}',
    '{"weights":{"1.4.0":"10"}}',
    '{"weights":{"1.4.0":-10}}',
    '{"weight":10,"shadow":101}',
    '{"weight":10,"shadow":"20"}',
    '{"weight":10,"weight":20}',
    '10 20',
  ])('%j is unreadable', (text) => {
    expect(readShare(text, '1.4.0').kind).toBe('unreadable');
  });

  test('names of every object are no versions', () => {
    expect(readShare('{"weights":{}}', 'toString')).toMatchObject({ kind: 'weight', weight: 0 });
  });
});
