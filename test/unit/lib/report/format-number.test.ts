import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDifference,
  formatDuration,
  formatFixed,
  formatInterval,
  formatNumber,
  formatPercent,
  formatQuantity,
} from '../../../../actions/lib/report/format-number.ts';

describe('numbers for people', () => {
  test.each([
    [0, '0'],
    [0.91234567, '0.9123'],
    [0.5, '0.5'],
    [1234.5678, '1,235'],
    [123.456, '123.5'],
    [1234567, '1,234,567'],
    [-1234567, '-1,234,567'],
    [0.00012346, '0.0001235'],
    [0.000012345, '1.234e-5'],
    [1e-7, '1e-7'],
    [9.9996, '10'],
    [99999.6, '100,000'],
    [1e15, '1e+15'],
    [1.5e300, '1.5e+300'],
    [-0.00001, '-1e-5'],
    [-0, '0'],
    [Number.NaN, 'not a number'],
    [Number.POSITIVE_INFINITY, 'infinite'],
    [Number.NEGATIVE_INFINITY, '-infinite'],
  ])('%s is %s', (value, expected) => {
    expect(formatNumber(value)).toBe(expected);
  });

  test.each([
    [0, '0.0 %'],
    [1, '100.0 %'],
    [0.1234, '12.3 %'],
    [0.0001, '<0.1 %'],
    [0.9999, '>99.9 %'],
    [12.5, '1,250.0 %'],
    [-0.05, '-5.0 %'],
    [-0.0001, '0.0 %'],
  ])('the share %s is %s', (fraction, expected) => {
    expect(formatPercent(fraction)).toBe(expected);
  });

  test.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [1023, '1,023 bytes'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [5 * 1024 ** 2, '5 MiB'],
    [3.25 * 1024 ** 3, '3.25 GiB'],
    [5000 * 1024 ** 4, '5,000 TiB'],
  ])('%s bytes are %s', (bytes, expected) => {
    expect(formatBytes(bytes)).toBe(expected);
  });

  test.each([
    [0, '0 ms'],
    [850.4, '850 ms'],
    [1_000, '1 s'],
    [12_340, '12.3 s'],
    [59_960, '1 min'],
    [245_000, '4 min 5 s'],
    [3_600_000, '1 h'],
    [7_380_000, '2 h 3 min'],
    [86_400_000, '1 d'],
    [273_600_000, '3 d 4 h'],
  ])('%s ms are %s', (ms, expected) => {
    expect(formatDuration(ms)).toBe(expected);
  });

  test.each([
    [0.81234, 0.87, '[0.812, 0.870]'],
    [0, 1, '[0.00, 1.00]'],
    [-3.2, 14.15, '[-3.2, 14.2]'],
    [1234, 5678, '[1,234, 5,678]'],
    [0, 0, '[0, 0]'],
    [1e-7, 2e-7, '[1e-7, 2e-7]'],
    [0.5, Number.POSITIVE_INFINITY, '[0.5, infinite]'],
  ])('the interval from %s to %s is %s', (low, high, expected) => {
    expect(formatInterval({ low, high })).toBe(expected);
  });

  test('differences have a sign, counts and quantities their separators', () => {
    expect([0.0123, -2, 0].map((value) => formatDifference(value))).toEqual(['+0.0123', '-2', '0']);
    expect(formatCount(1e6)).toBe('1,000,000');
    expect(formatQuantity(1, 'row')).toBe('1 row');
    expect(formatQuantity(1200, 'entry', 'entries')).toBe('1,200 entries');
    expect(formatFixed(-0.001, 2)).toBe('0.00');
  });
});
