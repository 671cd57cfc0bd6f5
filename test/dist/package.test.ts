import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packageAction } from '../../actions/tools/package-action.ts';
import { actionNames } from '../../actions/tools/repository.ts';
import { makeWorkspace, runBundle } from '../support/run-bundle.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mlops-packages-')));
const workspace = makeWorkspace({ 'rows.csv': 'name\nAda\n' });
afterAll(() => {
  rmSync(folder, { recursive: true });
  workspace.remove();
});

test.each(actionNames())('%s is complete as a repository of its own', async (name) => {
  const target = join(folder, name);
  packageAction(name, target);
  for (const file of [
    'action.yml',
    'README.md',
    'LICENSE',
    'dist/index.js',
    'dist/package.json',
    'dist/licenses.txt',
  ]) {
    expect(existsSync(join(target, file)), file).toBe(true);
  }
  expect(readFileSync(join(target, 'action.yml'), 'utf8')).toMatch(/main: ["']dist\/index\.js["']/);
  const step = await runBundle(
    name,
    workspace.path,
    { data: 'rows.csv', 'fail-on': 'nonsense' },
    { entry: join(target, 'dist/index.js') },
  );
  expect(step.exitCode).toBe(1);
  expect(step.log).toContain('nonsense');
});

test('a packaged action does its whole job away from this repository', async () => {
  const target = join(folder, 'validate-data');
  packageAction('validate-data', target);
  const step = await runBundle(
    'validate-data',
    workspace.path,
    { data: 'rows.csv' },
    { entry: join(target, 'dist/index.js') },
  );
  expect(step.log).not.toContain('bug of ours');
  expect(step.outputs.get('rows')).toBe('1');
});

test('an action that does not exist is named with those that do', () => {
  expect(() => packageAction('validate-date', join(folder, 'x'))).toThrow(/validate-data/);
});
