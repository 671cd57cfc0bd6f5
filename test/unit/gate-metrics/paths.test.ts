import { expect, test } from 'vitest';
import { baseName, besidePath, repositoryPath } from '../../../actions/gate-metrics/paths.ts';

test.each([
  ['metrics.json', 'rows.ndjson.gz', 'rows.ndjson.gz'],
  ['a/b/metrics.json', 'rows.ndjson.gz', 'a/b/rows.ndjson.gz'],
  ['a/b/metrics.json', '../rows.ndjson.gz', 'a/rows.ndjson.gz'],
  ['/tmp/x/metrics.json', './rows.ndjson.gz', '/tmp/x/rows.ndjson.gz'],
])('beside %s, %s is %s', (file, relative, expected) => {
  expect(besidePath(file, relative)).toBe(expected);
});

test.each([
  ['.mlops/gates.yml', '.mlops/gates.yml'],
  ['./.mlops//gates.yml', '.mlops/gates.yml'],
  ['a/../gates.yml', 'gates.yml'],
  ['../gates.yml', undefined],
  ['a/../../gates.yml', undefined],
  ['/etc/gates.yml', undefined],
  ['C:\\gates.yml', undefined],
])('%s inside the repository is %s', (path, expected) => {
  expect(repositoryPath(path)).toBe(expected);
});

test('the name of a file is its last part', () => {
  expect([baseName('a/b.json'), baseName('b.json')]).toEqual(['b.json', 'b.json']);
});
