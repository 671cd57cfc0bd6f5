import { expect, test } from 'vitest';
import {
  FORMATS,
  hasFormat,
  isFormat,
  satisfiesSchema,
} from '../../../../actions/lib/contract/schema-walk.ts';
import { compileSchema } from '../../../../actions/lib/schema/compile-schema.ts';

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
