import { describe, expect, test } from 'vitest';
import { parseYamlStrict } from '../../../../actions/lib/schema/yaml.ts';

const read = (text: string): unknown => parseYamlStrict(text, 'gates.yml').value;

describe('reading YAML', () => {
  test.each([
    ['a: 1\nb: [x, yes, 1_000, ~, 0x10, 0o14]', { a: 1, b: ['x', 'yes', '1_000', null, 16, 12] }],
    ['a: true\nb: "true"\nc: no', { a: true, b: 'true', c: 'no' }],
    ['\ufeffa: 1', { a: 1 }],
    ['1: a\ntrue: b', { '1': 'a', true: 'b' }],
    ['{"a": [1, 2]}', { a: [1, 2] }],
    ['a: &x [1]\nb: *x', { a: [1], b: [1] }],
    ['d: 2024-01-01', { d: '2024-01-01' }],
    ['a: "9007199254740993"', { a: '9007199254740993' }],
    ['a: 1,5', { a: '1,5' }],
    ['', null],
    ['# only a comment', null],
  ])('%j is read', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test('__proto__ pollutes nothing', () => {
    read('__proto__: {polluted: 1}');
    expect('polluted' in {}).toBe(false);
  });

  test.each([
    ['a: 1\na: 2', /^gates\.yml:2:1: not valid YAML: .*unique/i],
    ['a:\n\t- 1', /^gates\.yml:2:\d+: not valid YAML: .*tab/i],
    ['a: [1', /^gates\.yml:1:\d+: not valid YAML: /],
    ['a: !!js/function "x"', /^gates\.yml:1:4: not valid YAML: .*tag/i],
    ['a: !secret x', /^gates\.yml:1:4: not valid YAML: .*tag/i],
    ['a: 1\n---\nb: 2', /^gates\.yml:2:\d+: not valid YAML: .*documents/i],
    ['min: .nan', /^gates\.yml:1:6: not valid YAML: \.nan is not a finite number$/],
    ['min: -.inf', /^gates\.yml:1:6: not valid YAML: -\.inf is not a finite number$/],
    ['min: 1e999', /^gates\.yml:1:6: not valid YAML: 1e999 is not a finite number$/],
    ['n: 9007199254740993', /^gates\.yml:1:4: not valid YAML: 9007199254740993 is beyond/],
    ['[a]: 1', /^gates\.yml:1:\d+: not valid YAML: /],
    [`a: ${'['.repeat(70)}${']'.repeat(70)}`, /^gates\.yml:1:\d+: not valid YAML: nested deeper than 64$/],
    [`a: ${'['.repeat(10_000)}`, /^gates\.yml:1:\d+: not valid YAML: /],
    ['a: *missing', /^gates\.yml:1:\d*: not valid YAML: .*alias/i],
  ])('%j is refused', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test('aliases that multiply are refused quickly', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level <= 9; level++)
      lines.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]`);
    const start = performance.now();
    expect(() => read(lines.join('\n'))).toThrow(/gates\.yml: not valid YAML: .*alias/i);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe('places', () => {
  const parsed = parseYamlStrict('gates:\n  - metric: f1\n    op: ">="\n  - metric: auc\n', 'gates.yml');

  test.each([
    [[], 'gates.yml:1:1'],
    [['gates'], 'gates.yml:2:3'],
    [['gates', 0, 'op'], 'gates.yml:3:9'],
    [['gates', 1, 'metric'], 'gates.yml:4:13'],
    [['gates', 1, 'missing'], 'gates.yml:4:5'],
    [['missing'], 'gates.yml:1:1'],
  ])('%j lies at %s', (path, expected) => {
    expect(parsed.at(path)).toBe(expected);
  });
});
