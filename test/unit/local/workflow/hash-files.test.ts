import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { hashFiles } from '../../../../actions/local/workflow/hash-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'hash-'));
const FILES = {
  'a.txt': 'a',
  'b/c.yml': 'c',
  'b/.hidden.yml': 'h',
  'b-x/d.yml': 'd',
  'b/deep/e.yml': 'e',
  'z.json': 'z',
};
for (const [path, content] of Object.entries(FILES)) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}
afterAll(() => rmSync(folder, { recursive: true }));

// The runner's own implementation: await hashFiles(pattern, folder) of @actions/glob 0.7.0 on the same files.
test.each([
  { pattern: '**/*.yml', hash: 'd8369c4b861225fefccb99dffcf14241641520233609347a8991dca27261e56e' },
  { pattern: 'b', hash: '0772993dfcc95a626448dac82622bbf70f6442394fa5c52f58985c29d0cf0516' },
  { pattern: '*.txt\nz.json', hash: '0f7bd9fa9e7bd555230c435d6b654006a043219a468d896539253b1f700885b2' },
  { pattern: '**\n!b/**', hash: '6de14517f0e5a2fc84f25f514ca0b003d489e4ba9ee7aa774e80b710a4e71ac2' },
  { pattern: 'b/*.yml', hash: '95e3b00619a435b5d3b58020e9f2dfb5f3538a26d20c8216b36d92dd242f93b8' },
  { pattern: 'b*/d.yml', hash: 'ddfafe7925d46e633decb4cb3c933b4c2f7d56679487f4b88ea3e6422eb2b81c' },
  { pattern: '**/[de].yml', hash: 'f6deba2fd74b1f35233ff116d00adb54a0305e3b1cbbd0e54ec9966ce78127b4' },
  { pattern: '**', hash: 'ffaf2d7c06731ec699e8b496e0551190abd7657db33a763ef513d4f45dca116a' },
  { pattern: 'none', hash: '' },
])('hashFiles of $pattern is what the runner gives', ({ pattern, hash }) => {
  expect(hashFiles(folder, [pattern])).toBe(hash);
});
