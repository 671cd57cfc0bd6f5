import { describe, expect, test } from 'vitest';
import { checkAgainstSchema } from '../../../../actions/lib/schema/check-against-schema.ts';
import { compileSchema } from '../../../../actions/lib/schema/compile-schema.ts';
import { parseYamlStrict } from '../../../../actions/lib/schema/yaml.ts';

const problems = (schema: unknown, value: unknown): readonly string[] =>
  compileSchema(schema, 's.json', { allProblems: true })(value).map(
    ({ path, message }) => `${path.join('/')}: ${message}`,
  );

describe('problems in words', () => {
  test.each([
    [{ type: 'number' }, '0,9', ': expected number, found "0,9"'],
    [{ type: ['number', 'null'] }, true, ': expected number or null, found true'],
    [{ type: 'number' }, Number.NaN, ': expected number, found NaN'],
    [
      { enum: ['error', 'warning'] },
      'warnig',
      ': expected one of "error", "warning", found "warnig"; did you mean "warning"?',
    ],
    [{ const: 1 }, 2, ': expected 1, found 2'],
    [{ minimum: 0 }, -1, ': expected a number of at least 0, found -1'],
    [{ exclusiveMaximum: 1 }, 1, ': expected a number less than 1, found 1'],
    [{ type: 'string', minLength: 2 }, 'a', ': expected at least 2 characters, found "a"'],
    [{ type: 'array', maxItems: 1 }, [1, 2], ': expected at most 1 items, found 2'],
    [{ type: 'array', uniqueItems: true }, [1, 2, 1], ': the items 0 and 2 are equal'],
    [{ type: 'string', pattern: '^a+$' }, 'b', ': expected a text that matches ^a+$, found "b"'],
    [
      { type: 'string', format: 'date' },
      '2024-02-30',
      ': expected a text in the format date, found "2024-02-30"',
    ],
    [{ type: 'object', required: ['a'] }, {}, ': the key "a" is missing'],
    [{ type: 'object', required: ['toString'] }, {}, ': the key "toString" is missing'],
    [
      { type: 'object', properties: { metric: {}, op: {} }, additionalProperties: false },
      { metrics: 1 },
      ': unknown key "metrics"; did you mean "metric"?',
    ],
    [
      { type: 'object', properties: { a: {}, b: {} }, additionalProperties: false },
      { zebra: 1 },
      ': unknown key "zebra"; known keys: a, b',
    ],
    [{ type: 'array', items: { type: 'string' } }, ['a', 1], '1: expected string, found 1'],
    [
      { type: 'object', properties: { 'a/b~c': { type: 'number' } } },
      { 'a/b~c': 'x' },
      'a/b~c: expected number, found "x"',
    ],
  ])('%j on %j', (schema, value, expected) => {
    expect(problems(schema, value)).toEqual([expected]);
  });

  test('long and invisible values are shown short and visible', () => {
    expect(problems({ type: 'number' }, `\u202e${'x'.repeat(500)}`)[0]).toMatch(
      /found "\\u\{202E\}x{50,60}…$/,
    );
  });

  test('indexes are numbers and keys of digits are texts', () => {
    const [problem] = compileSchema(
      { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
      's',
    )({ '0': [1] });
    expect(problem?.path).toEqual(['0', 0]);
  });
});

describe('schemas', () => {
  test('two patterns on one value are two patterns', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'string', pattern: '^a$' }, b: { type: 'string', pattern: '^b$' } },
    };
    expect(problems(schema, { a: 'a', b: 'b' })).toEqual([]);
    expect(problems(schema, { a: 'b', b: 'b' })).toHaveLength(1);
    expect(problems(schema, { a: 'a', b: 'a' })).toHaveLength(1);
  });

  test('the pattern that takes forever elsewhere is quick here', () => {
    const validate = compileSchema({ type: 'string', pattern: '^(a+)+$' }, 's');
    const start = performance.now();
    expect(validate(`${'a'.repeat(50_000)}!`)).toHaveLength(1);
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  test('patterns know Unicode classes and JavaScript escapes', () => {
    expect(problems({ type: 'string', pattern: '^\\p{L}+\\/\\d{2}$' }, 'é/12')).toEqual([]);
    expect(problems({ type: 'string', pattern: '^\\u00e9$' }, 'é')).toEqual([]);
  });

  test('draft-07 and 2020-12 read their own keywords', () => {
    const tuple = (draft: string) => ({ $schema: draft, type: 'array', items: [{ type: 'string' }] });
    expect(problems(tuple('http://json-schema.org/draft-07/schema#'), [1])).toHaveLength(1);
    expect(() => problems(tuple('https://json-schema.org/draft/2020-12/schema'), [1])).toThrow(
      /not a usable JSON Schema/,
    );
    expect(problems({ type: 'array', prefixItems: [{ type: 'string' }] }, [1])).toHaveLength(1);
  });

  test.each([
    ['a lookahead', { type: 'string', pattern: '(?=a)' }],
    ['a back reference', { type: 'string', pattern: '(a)\\1' }],
    ['a reference that would be fetched', { $ref: 'https://example.com/s.json' }],
    ['a reference to a file', { $ref: 'file:///etc/passwd' }],
    ['an unknown keyword', { typ: 'string' }],
    ['an unknown format', { type: 'string', format: 'colour' }],
    [
      'a pattern out of the data',
      { type: 'object', properties: { a: { type: 'string', pattern: { $data: '1/b' } } } },
    ],
    ['no object', 'string'],
    ['a list', []],
    ['nothing', null],
  ])('%s is refused', (_name, schema) => {
    expect(() => compileSchema(schema, 's.json')).toThrow(/^s\.json: /);
  });

  test.each([
    ['too many values', { enum: Array.from({ length: 50_000 }, (_, index) => index) }],
    ['too many branches', { allOf: Array.from({ length: 30_000 }, () => ({})) }],
    ['too much text', { description: 'x'.repeat(2_000_000) }],
    ['too many levels', Array.from({ length: 100 }).reduce<unknown>((inner) => ({ not: inner }), {})],
  ])('%s are refused quickly', (_name, schema) => {
    const start = performance.now();
    expect(() => compileSchema(schema, 's.json')).toThrow(/^s\.json: the schema is too large/);
    expect(performance.now() - start).toBeLessThan(500);
  });

  test('a schema that refers to itself without end does not take the process with it', () => {
    expect(() => problems({ $ref: '#' }, 1)).toThrow(/refers to itself|not a usable JSON Schema/);
  });

  test('a value nested without end does not take the process with it', () => {
    const deep = Array.from({ length: 50_000 }).reduce<unknown>((inner) => [inner], 1);
    expect(() => problems({ type: 'array', items: { $ref: '#' } }, deep)).toThrow(/nested too deeply/);
  });

  test('a hundred problems are enough', () => {
    expect(
      problems(
        { type: 'array', items: { type: 'string' } },
        Array.from({ length: 100_000 }, () => 1),
      ),
    ).toHaveLength(100);
  });
});

describe('holding a text against a schema', () => {
  const validate = compileSchema(
    {
      type: 'object',
      properties: {
        gates: {
          type: 'array',
          items: { type: 'object', properties: { limit: { type: 'number' } }, additionalProperties: false },
        },
      },
      additionalProperties: false,
    },
    'policy.schema.json',
    { allProblems: true },
  );

  test('every problem has its place', () => {
    const parsed = parseYamlStrict('gates:\n  - limit: 0,9\n  - limt: 1\ngate: []\n', 'gates.yml');
    let message = '';
    try {
      checkAgainstSchema(parsed, validate);
    } catch (error) {
      message = error instanceof Error ? error.message : '';
    }
    expect(message.split('\n').sort()).toEqual([
      'gates.yml:1:1: the document: unknown key "gate"; did you mean "gates"?',
      'gates.yml:2:12: gates[0].limit: expected number, found "0,9"',
      'gates.yml:3:5: gates[1]: unknown key "limt"; did you mean "limit"?',
    ]);
  });

  test('a text that satisfies it passes', () => {
    expect(() => checkAgainstSchema(parseYamlStrict('gates: []', 'g'), validate)).not.toThrow();
  });

  test('twenty lines are enough', () => {
    const parsed = parseYamlStrict(`gates:\n${'  - limit: x\n'.repeat(30)}`, 'g.yml');
    expect(() => checkAgainstSchema(parsed, validate)).toThrow(/\n… and 10 more$/);
  });
});
