import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('tests and bundles run on the Node that runners use, whatever Node started npm', () => {
  expect(process.versions.node.split('.')[0]).toBe('24');
});

test('emulate is the GitHub emulator and not the package that has its name from 1.0 on', () => {
  const { version, repository } = JSON.parse(readFileSync('node_modules/emulate/package.json', 'utf8'));
  expect(version).toBe('0.12.2');
  expect(JSON.stringify(repository)).toContain('vercel-labs/emulate');
});
