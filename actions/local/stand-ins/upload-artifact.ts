// What actions/upload-artifact does on GitHub, with the same client, to the local artifact service.
import { appendFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DefaultArtifactClient } from '@actions/artifact';
import { globFiles } from '../workflow/glob-files.ts';
import { commonFolder } from './common-folder.ts';
import { variable } from './variable.ts';

const name = variable('INPUT_NAME');
const workspace = variable('GITHUB_WORKSPACE');
const withHidden = variable('INPUT_INCLUDE-HIDDEN-FILES') === 'true';

/** Patterns relative to the workspace; an absolute one must lie in it or in the runner's temporary folder. */
function searchRoot(patterns: readonly string[]): {
  readonly root: string;
  readonly relative: readonly string[];
} {
  const temp = variable('RUNNER_TEMP');
  const root = patterns.some((pattern) => pattern.replace(/^!/, '').startsWith(temp)) ? temp : workspace;
  return { root, relative: patterns.map((pattern) => pattern.replace(`${root}/`, '')) };
}

const patterns = variable('INPUT_PATH')
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '');
const { root, relative } = searchRoot(patterns);
const isHidden = (path: string): boolean => path.split('/').some((part) => part.startsWith('.'));
const files = globFiles(root, relative).filter((path) => withHidden || !isHidden(path));
process.stdout.write(`Stand-in for actions/upload-artifact: ${files.length} file(s) as "${name}"\n`);

if (files.length === 0) {
  const message = `No files were found with the provided path: ${patterns.join(', ')}. No artifacts will be uploaded.`;
  const level =
    { warn: '::warning::', error: '::error::', ignore: '' }[variable('INPUT_IF-NO-FILES-FOUND')] ??
    '::error::';
  process.stdout.write(`${level}${message}\n`);
  process.exitCode = level === '::error::' ? 1 : 0;
} else {
  const client = new DefaultArtifactClient();
  const retentionDays = Number(variable('INPUT_RETENTION-DAYS'));
  if (variable('INPUT_OVERWRITE') === 'true') await client.deleteArtifact(name).catch(() => undefined);
  const { id, digest } = await client.uploadArtifact(
    name,
    files.map((file) => join(root, file)),
    resolve(root, commonFolder(relative, files)),
    {
      compressionLevel: Number(variable('INPUT_COMPRESSION-LEVEL')),
      ...(retentionDays > 0 ? { retentionDays } : {}),
    },
  );
  appendFileSync(variable('GITHUB_OUTPUT'), `artifact-id=${id}\nartifact-digest=${digest}\n`);
}
