// What actions/download-artifact does on GitHub, with the same client, from the local artifact service.
import { appendFileSync } from 'node:fs';
import { matchesGlob, resolve } from 'node:path';
import { DefaultArtifactClient, type FindOptions } from '@actions/artifact';
import { variable } from './variable.ts';

const name = variable('INPUT_NAME');
const folder = resolve(variable('GITHUB_WORKSPACE'), variable('INPUT_PATH'));
const client = new DefaultArtifactClient();

/** Artifacts of another run are found through the REST API, which needs a token. */
function otherRun(): FindOptions {
  const run = variable('INPUT_RUN-ID');
  const token = variable('INPUT_GITHUB-TOKEN');
  if (run === '' || run === variable('GITHUB_RUN_ID')) return {};
  if (token === '') throw new Error('run-id of another run needs github-token, with actions: read');
  const [repositoryOwner = '', repositoryName = ''] = variable('GITHUB_REPOSITORY').split('/');
  return { findBy: { token, workflowRunId: Number(run), repositoryOwner, repositoryName } };
}

async function download(): Promise<void> {
  const options = otherRun();
  const pattern = variable('INPUT_PATTERN') || '*';
  const found = name
    ? [(await client.getArtifact(name, options)).artifact]
    : (await client.listArtifacts({ latest: true, ...options })).artifacts.filter((artifact) =>
        matchesGlob(artifact.name, pattern),
      );
  for (const artifact of found) {
    const isOnly = name !== '' || variable('INPUT_MERGE-MULTIPLE') === 'true';
    const path = isOnly ? folder : resolve(folder, artifact.name);
    const expected = artifact.digest === undefined ? {} : { expectedHash: artifact.digest };
    const { digestMismatch } = await client.downloadArtifact(artifact.id, { path, ...options, ...expected });
    if (digestMismatch)
      throw new Error(`artifact "${artifact.name}": its digest is not the one that was promised`);
  }
  process.stdout.write(`Stand-in for actions/download-artifact: ${found.length} artifact(s) to ${folder}\n`);
  appendFileSync(variable('GITHUB_OUTPUT'), `download-path=${folder}\n`);
}

try {
  await download();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stdout.write(
    `::error::Stand-in for actions/download-artifact: ${message.replaceAll('\n', '%0A')}\n`,
  );
  process.exitCode = 1;
}
