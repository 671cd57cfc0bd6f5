import { describe, expect, test } from 'vitest';
import { nearness, renamedFiles } from '../../../../actions/lib/findings/changed-lines.ts';
import { addedLines } from '../../../../actions/lib/findings/patch-lines.ts';

// The patches are what git 2.39 prints (`git diff`, `git diff -U0`) and what GitHub gives as `patch`.
const CASES: readonly (readonly [string, string, readonly (readonly [number, number])[] | undefined])[] = [
  ['one line among context', '@@ -1,3 +1,4 @@\n id,age\n 1,30\n+2,40\n 3,50\n', [[3, 3]]],
  ['a changed line is a new one', '@@ -2,3 +2,3 @@ id,age\n 1,30\n-2,40\n+2,41\n 3,50\n', [[3, 3]]],
  [
    'without context',
    '@@ -10,0 +11,2 @@\n+a\n+b\n@@ -20 +23 @@\n-x\n+y\n',
    [
      [11, 12],
      [23, 23],
    ],
  ],
  ['only deleted lines', '@@ -2,2 +1,0 @@\n-1,30\n-2,40\n', []],
  ['a new file', '@@ -0,0 +1,3 @@\n+id\n+1\n+2\n', [[1, 3]]],
  [
    'no line end at the end',
    '@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n\\ No newline at end of file',
    [[1, 2]],
  ],
  ['carriage returns', '@@ -1,2 +1,3 @@\n id\r\n+1\r\n 2\r\n', [[2, 2]]],
  ['data that looks like a patch', '@@ -1,2 +1,4 @@\n id\n+@@ -1 +90 @@\n+++ b/x\n 2\n', [[2, 3]]],
  ['with the file header', 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n', [[1, 1]]],
  ['cut off in the middle', '@@ -1 +1,3 @@\n+a\n+b\n… (12 more bytes)', [[1, 2]]],
  ['a binary file', 'Binary files a/x and b/x differ\n', undefined],
  [
    'a pointer of Git LFS',
    `@@ -1,3 +1,3 @@\n version https://git-lfs.github.com/spec/v1\n-oid sha256:${'0'.repeat(64)}\n+oid sha256:${'1'.repeat(64)}\n size 12\n`,
    undefined,
  ],
  ['nothing', '', undefined],
];

test.each(CASES)('added lines: %s', (_name, patch, ranges) => {
  expect(addedLines(patch)).toEqual(ranges?.map(([first, last]) => ({ first, last })));
});

describe('how near a place is to the changes', () => {
  const changed = new Map([
    [
      'a.csv',
      {
        path: 'a.csv',
        lines: [
          { first: 3, last: 5 },
          { first: 9, last: 9 },
        ],
      },
    ],
    ['new.csv', { path: 'new.csv', lines: 'all' }],
    ['big.csv', { path: 'big.csv', previous: 'old.csv', lines: 'unknown' }],
  ] as const);

  test.each([
    [{ file: 'a.csv', line: 2 }, 'elsewhere'],
    [{ file: 'a.csv', line: 3 }, 'line'],
    [{ file: 'a.csv', line: 5 }, 'line'],
    [{ file: 'a.csv', line: 6 }, 'elsewhere'],
    [{ file: 'a.csv', line: 9 }, 'line'],
    [{ file: 'a.csv', line: 10 }, 'elsewhere'],
    [{ file: 'a.csv' }, 'file'],
    [{ file: 'new.csv', line: 77 }, 'line'],
    [{ file: 'big.csv', line: 77 }, 'file'],
    [{ file: 'old.csv', line: 1 }, 'elsewhere'],
    [{}, 'elsewhere'],
  ] as const)('%o', (place, near) => {
    expect(nearness(changed, place)).toBe(near);
    expect(nearness(undefined, place)).toBe('elsewhere');
  });

  test('renames lead from before to now', () => {
    expect([...renamedFiles(changed)]).toEqual([['old.csv', 'big.csv']]);
    expect(renamedFiles(undefined).size).toBe(0);
  });
});
