import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileSchema } from '../../../../actions/lib/schema/compile-schema.ts';
import { FORMATS, hasFormat, isFormat, satisfiesSchema } from '../../../../actions/lib/schema/schema-walk.ts';
import { root } from '../../../../actions/tools/repository.ts';

const TEXTS = [
  '',
  'x',
  'a@b.co',
  'a@b',
  '2024-02-29',
  '2023-02-29',
  '12:30:00Z',
  '12:30:00',
  '2024-02-29T12:30:00Z',
  'P3D',
  'https://example.org/a?b=c',
  'example.org',
  '127.0.0.1',
  '::1',
  '123e4567-e89b-12d3-a456-426614174000',
  'SGVsbG8=',
  '(',
  '/a/b',
];

test.each(FORMATS)('the format %s holds of the texts that ajv says it holds of', (format) => {
  const validate = compileSchema({ type: 'string', format }, format);
  for (const text of TEXTS)
    expect(`${text} ${hasFormat(format, text)}`).toBe(`${text} ${validate(text).length === 0}`);
});

test('an unknown format is none, and is not asked about', () => {
  expect(isFormat('phone')).toBe(false);
  expect(isFormat('constructor')).toBe(false);
  expect(() => hasFormat('phone', '1')).toThrow('the format phone is not known here');
});

test('a keyword or a reference it does not know is an error, not a pass', () => {
  expect(() => satisfiesSchema({ dependentRequired: {} }, {})).toThrow('uses the keyword dependentRequired');
  expect(() => satisfiesSchema({ $ref: '#/$defs/none' }, {})).toThrow('leads nowhere');
});

type Schema = Readonly<Record<string, unknown>>;

const FOLDER = join(root, 'actions/lib/documents');
const read = (name: string): Schema => JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));
const SHARED = ['envelope.schema.json', 'profile.schema.json'].map(read);
const OURS = readdirSync(FOLDER).filter((name) => name.endsWith('.schema.json'));

const GOOD = [
  'a',
  'x/y',
  'a.bin',
  `sha256:${'0'.repeat(64)}`,
  'f'.repeat(40),
  '2024-02-29T12:30:00Z',
  '@octo/team',
  '',
];
const ANYTHING = fc.constantFrom<unknown>(...GOOD, -1, 0, 1, 0.5, 7, null, true, [], {}, ['a'], { a: 1 });

/** Values that a schema describes, mostly, and that go wrong somewhere, sometimes. */
function valuesOf(schema: unknown, at: Schema): fc.Arbitrary<unknown> {
  if (typeof schema !== 'object' || schema === null) return ANYTHING;
  const usual = referred({ ...schema }, at) ?? chosen({ ...schema }, at) ?? typed({ ...schema }, at);
  return fc.oneof({ arbitrary: usual, weight: 250 }, { arbitrary: ANYTHING, weight: 1 });
}

function referred({ $ref }: Schema, at: Schema): fc.Arbitrary<unknown> | undefined {
  if (typeof $ref !== 'string') return undefined;
  const [file, pointer = ''] = $ref.split('#');
  const home = SHARED.find(({ $id }) => file !== '' && String($id).endsWith(`/${file}`)) ?? at;
  return valuesOf(Object(home['$defs'])[pointer.split('/').at(-1) ?? ''], home);
}

function chosen(schema: Schema, at: Schema): fc.Arbitrary<unknown> | undefined {
  if (Array.isArray(schema['enum'])) return fc.constantFrom<unknown>(...schema['enum']);
  if (schema['const'] !== undefined) return fc.constant(schema['const']);
  const ways = schema['oneOf'] ?? schema['anyOf'];
  if (!Array.isArray(ways) || schema['properties'] !== undefined) return undefined;
  return fc.oneof(...ways.map((way) => valuesOf(way, at)));
}

function typed(schema: Schema, at: Schema): fc.Arbitrary<unknown> {
  const { type, properties, required, items, pattern, format } = schema;
  const fits = new RegExp(String(format === 'date-time' ? '^2024-' : (pattern ?? '')), 'u');
  const kind = Array.isArray(type) ? type[0] : (type ?? 'object');
  if (kind === 'object') {
    const entries = Object.entries(Object(properties)).map(
      ([key, rule]) => [key, valuesOf(rule, at)] as const,
    );
    const requiredKeys = Array.isArray(required) ? required.filter((key) => key in Object(properties)) : [];
    return fc.record(Object.fromEntries(entries), { requiredKeys });
  }
  if (kind === 'array') return fc.array(valuesOf(items, at), { maxLength: 3 });
  if (kind === 'string') return fc.constantFrom(...GOOD.filter((text) => fits.test(text)));
  if (kind === 'boolean') return fc.boolean();
  return fc.constantFrom(1, 1, 1, 1, 1, 1, 1, 1, 0, 2, 0.5, -1);
}

test.each(OURS)('every part of %s says of a value what ajv says', (name) => {
  const schema = read(name);
  const others = SHARED.filter(({ $id }) => $id !== schema['$id']);
  const parts = Object.keys(Object(schema['$defs'])).map((key) => ({
    ...Object(Object(schema['$defs'])[key]),
    $schema: schema['$schema'],
    $id: schema['$id'],
    $defs: schema['$defs'],
  }));
  const seen = new Set<boolean>();
  for (const part of [schema, ...parts]) {
    const validate = compileSchema(part, name, { references: others });
    const agrees = (value: unknown): void => {
      const plain: unknown = JSON.parse(JSON.stringify(value));
      const good = validate(plain).length === 0;
      seen.add(good);
      expect(satisfiesSchema(part, plain, SHARED)).toBe(good);
    };
    fc.assert(fc.property(valuesOf(part, schema), agrees), { numRuns: 40 });
    // Drawn the same in every run: whether good and bad values were among them is not left to chance.
    for (const value of fc.sample(valuesOf(part, schema), { numRuns: 100, seed: 7 })) agrees(value);
  }
  expect([...seen].sort()).toEqual([false, true]);
});
