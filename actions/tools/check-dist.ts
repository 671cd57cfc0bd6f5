import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '../lib/digest.ts';
import { bundleAll, compile, describeSizes, overBudget } from './bundle.ts';
import { actionNames, root } from './repository.ts';

/** Digest of every file below a folder, by relative path. */
function digests(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(join(folder, file)).isFile(),
  );
  return new Map(files.map((file) => [file.replaceAll('\\', '/'), sha256(readFileSync(join(folder, file)))]));
}

/** The files in which two folders differ, each with what is wrong. */
export function differences(
  committed: ReadonlyMap<string, string>,
  fresh: ReadonlyMap<string, string>,
): readonly string[] {
  const names = [...new Set([...committed.keys(), ...fresh.keys()])].sort();
  return names.flatMap((name) => {
    if (!committed.has(name)) return [`${name}: missing in dist/`];
    if (!fresh.has(name)) return [`${name}: in dist/, but no build makes it`];
    return committed.get(name) === fresh.get(name) ? [] : [`${name}: differs from a fresh build`];
  });
}

/** Builds into a temporary folder and compares every byte with the committed `dist/`. */
const target = mkdtempSync(join(tmpdir(), 'mlops-dist-'));
try {
  await compile();
  const sizes = await bundleAll(actionNames(), (name) => join(target, name));
  console.log(describeSizes(sizes));
  const problems = [...differences(digests(join(root, 'dist')), digests(target)), ...overBudget(sizes)];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) console.error('Run `npm run build` and commit dist/.');
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  rmSync(target, { recursive: true, force: true });
}
