import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { actionNames, root } from './repository.ts';

/**
 * Writes one action as a repository of its own: `action.yml` that points at `dist/index.js`, README, LICENSE, bundle.
 *
 * @throws Error when there is no such action or its bundle has not been built
 */
export function packageAction(name: string, target: string): void {
  if (!actionNames().includes(name))
    throw new Error(`There is no action "${name}"; there are ${actionNames().join(', ')}.`);
  const bundle = join(root, 'dist', name);
  if (!existsSync(join(bundle, 'index.js')))
    throw new Error(`dist/${name} is missing: run \`npm run build\` first.`);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  cpSync(bundle, join(target, 'dist'), { recursive: true });
  for (const file of ['LICENSE', 'SECURITY.md']) cpSync(join(root, file), join(target, file));
  const action = readFileSync(join(root, 'actions', name, 'action.yml'), 'utf8');
  writeFileSync(join(target, 'action.yml'), action.replace(`../../dist/${name}/`, 'dist/'));
  const readme = readFileSync(join(root, 'actions', name, 'README.md'), 'utf8');
  writeFileSync(
    join(target, 'README.md'),
    readme
      .replaceAll(`OWNER/mlops-actions/actions/${name}@`, `OWNER/${name}@`)
      // What is not packed is read where it is.
      .replaceAll('](../../', '](https://github.com/OWNER/mlops-actions/blob/v1/')
      .replaceAll('](../', '](https://github.com/OWNER/mlops-actions/blob/v1/actions/'),
  );
  for (const page of readdirSync(join(root, 'actions', name)))
    if (/\.(md|svg)$/.test(page) && page !== 'README.md')
      cpSync(join(root, 'actions', name, page), join(target, page));
}

if (import.meta.main) {
  const [name, folder] = process.argv.slice(2);
  if (name === undefined) throw new Error('Usage: npm run package -- <action> [folder]');
  const target = resolve(folder ?? join(root, 'build', 'packages', name));
  packageAction(name, target);
  console.log(`${name} is ready to publish in ${target}`);
}
