import { describe, expect, test } from 'vitest';
import { type ColumnType, conversion, Misfit } from '../../../../actions/lib/tabular/column-type.ts';
import {
  compileDateFormat,
  parseDate,
  parseTime,
  parseTimestamp,
} from '../../../../actions/lib/tabular/date-format.ts';
import { numberHint, parseInteger, parseNumber } from '../../../../actions/lib/tabular/number-text.ts';
import type { Cell } from '../../../../actions/lib/tabular/table.ts';

test.each<[string, number]>([
  ['0', 0],
  ['-0', -0],
  ['+5', 5],
  ['.5', 0.5],
  ['5.', 5],
  ['1e3', 1000],
  ['-1.5E-3', -0.0015],
  ['1e-400', 0],
])('"%s" is a number', (text, value) => {
  expect(parseNumber(text)).toBe(value);
});

test.each([
  '',
  ' ',
  ' 5',
  '5 ',
  '1,5',
  '1.234,56',
  '1 000',
  '1_000',
  '0x10',
  'Infinity',
  '-inf',
  'nan',
  '1e400',
  '١٢',
  '１２',
  'true',
  'null',
  '.',
  'e5',
  '--1',
  '1e',
  '5%',
  '\u00a05',
])('"%s" is not a number', (text) => {
  expect(parseNumber(text)).toBeUndefined();
});

test.each([
  ['1,5', 'the decimal separator is a point'],
  ['1.234,56', 'thousands separators are not read'],
  [' 5', 'white space around the value'],
  ['1e400', 'too large for a number'],
  ['١٢', 'only the digits 0 to 9 are read'],
  ['ca. 190', ''],
])('the hint for "%s" is "%s"', (text, hint) => {
  expect(numberHint(text)).toBe(hint);
});

test('whole numbers are exact at any size', () => {
  expect(parseInteger('9007199254740991')).toBe(9007199254740991);
  expect(parseInteger('9007199254740993')).toBe(9007199254740993n);
  expect(parseInteger('-9007199254740993')).toBe(-9007199254740993n);
  expect(parseInteger('5.0')).toBe(5);
  expect(parseInteger('5.1')).toBeUndefined();
  expect(parseInteger('5e2')).toBeUndefined();
});

describe('dates exist or are refused', () => {
  test.each(['2024-02-29', '0001-01-01', '9999-12-31', '1969-07-20'])('%s is a day', (text) => {
    expect(parseDate(text)).toBe(Date.parse(`${text}T00:00:00Z`));
  });
  test.each([
    '2024-02-30',
    '2023-02-29',
    '1900-02-29',
    '0000-01-01',
    '2024-13-01',
    '2024-00-10',
    '2024-1-1',
    '20240101',
    '2024-W01-1',
    '01/02/2024',
    '2024-01-01T00:00:00',
    '',
  ])('%s is not a day', (text) => expect(parseDate(text)).toBeUndefined());
  test.each<[string, string]>([
    ['2024-01-01T12:30:45Z', '2024-01-01T12:30:45Z'],
    ['2024-01-01 12:30', '2024-01-01T12:30:00Z'],
    ['2024-01-01T12:30:45.5+02:00', '2024-01-01T10:30:45.500Z'],
    ['2024-01-01T00:30:00-0530', '2024-01-01T06:00:00Z'],
    ['2024-01-01T12:30:45.123456789Z', '2024-01-01T12:30:45.123Z'],
  ])('%s is a time', (text, utc) => {
    expect(parseTimestamp(text)).toBe(Date.parse(utc));
  });
  test.each([
    '2024-01-01T24:00:00Z',
    '2024-01-01T12:60:00Z',
    '2024-01-01T12:00:60Z',
    '2024-01-01T12:00:00+19:00',
    '2024-01-01',
    '1704067200',
    '2024-02-30T00:00:00Z',
  ])('%s is not a time', (text) => expect(parseTimestamp(text)).toBeUndefined());
  test('times of day are milliseconds since midnight', () => {
    expect(parseTime('12:30:00.250')).toBe(45_000_250);
    expect(parseTime('24:00')).toBeUndefined();
  });
});

test.each<[string, string, string | undefined]>([
  ['dd/MM/yyyy', '29/02/2024', '2024-02-29T00:00:00Z'],
  ['dd/MM/yyyy', '02/29/2024', undefined],
  ['d.M.yyyy', '1.2.2024', '2024-02-01T00:00:00Z'],
  ['yyyyMMdd HHmmss', '20240229 123000', '2024-02-29T12:30:00Z'],
  ["yyyy-MM-dd'T'HH:mm:ssXXX", '2024-02-29T12:30:00+01:00', '2024-02-29T11:30:00Z'],
  ['yyyy-MM-dd HH:mm:ss.SSS', '2024-02-29 12:30:00.042', '2024-02-29T12:30:00.042Z'],
])('the date pattern %s reads %s', (pattern, text, expected) => {
  const parse = compileDateFormat(pattern);
  if (typeof parse !== 'function') throw new Error(`unsupported: ${parse.unsupported}`);
  expect(parse(text)).toBe(expected === undefined ? undefined : Date.parse(expected));
});

test('a piece of a date pattern that is not supported is named', () => {
  expect(compileDateFormat('EEEE, d MMMM yyyy')).toEqual({ unsupported: 'EEEE' });
});

test.each<[ColumnType, boolean, Cell, unknown]>([
  ['integer', true, '5', 5],
  ['integer', false, 5, 5],
  ['integer', false, 5.5, Misfit],
  ['integer', false, '5', Misfit],
  ['number', false, 2n ** 60n, 2n ** 60n],
  ['number', false, Number.NaN, Misfit],
  ['boolean', true, 'True', true],
  ['boolean', true, '1', Misfit],
  ['boolean', true, 'yes', Misfit],
  ['string', false, 5, Misfit],
  ['string', true, '5', '5'],
  ['date', true, '2024-02-29', Date.UTC(2024, 1, 29)],
  ['date', false, new Date('2024-02-29'), Date.UTC(2024, 1, 29)],
  ['array', false, [1], [1]],
  ['array', true, '[1]', [1]],
  ['object', true, '[1]', Misfit],
  ['object', false, { a: 1 }, { a: 1 }],
])('a cell of type %s (text: %s) is read strictly', (type, textual, cell, expected) => {
  const value = conversion(type, textual)(cell);
  if (expected === Misfit) expect(value).toBeInstanceOf(Misfit);
  else expect(value).toEqual(expected);
});
