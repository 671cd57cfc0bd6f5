import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findFiles } from '../../../actions/runtime/find-files.ts';

const root = mkdtempSync(join(tmpdir(), 'mlops-find-'));
afterAll(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, 'data/2024'), { recursive: true });
for (const name of ['a.csv', 'b.csv', 'c.csv', '2024/d.csv', '2024/e.json'])
  writeFileSync(join(root, 'data', name), '');

const find = (pattern: string, more: Partial<Parameters<typeof findFiles>[0]> = {}) =>
  findFiles({ root, pattern, confine: async (path) => path, ...more });

describe('a search that finds too much is refused before anything is read', () => {
  test.each([
    ['data/**', { files: 5, entries: 100 }, 5],
    ['data/*.csv', { files: 3, entries: 100 }, 3],
    ['data/*.csv', { files: 100, entries: 4 }, 3],
  ])('%s within %j finds all', async (pattern, limits, count) => {
    expect(await find(pattern, { limits })).toHaveLength(count);
  });

  test.each([
    ['data/**', { files: 4, entries: 100 }, 'data/**: more than 4 files; name fewer'],
    ['data', { files: 4, entries: 100 }, 'data: more than 4 files; name fewer'],
    [
      'data/**/*.none',
      { files: 100, entries: 5 },
      'data/**/*.none: more than 5 entries to look through; name a narrower folder',
    ],
  ])('%s beyond %j is an error', async (pattern, limits, message) => {
    await expect(find(pattern, { limits })).rejects.toMatchObject({ code: 'limit-exceeded', message });
  });
});

test.each([
  ['data\\*.csv', ['data/a.csv', 'data/b.csv', 'data/c.csv']],
  ['data\\2024\\d.csv', ['data/2024/d.csv']],
  ['.\\data\\**\\*.json', ['data/2024/e.json']],
  ['data/2024\\*.csv', ['data/2024/d.csv']],
])('on Windows %s means what it means there', async (pattern, expected) => {
  expect(await find(pattern, { separator: '\\' })).toEqual(expected);
  expect(await find(pattern)).toEqual([]);
});
