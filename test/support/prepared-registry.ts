import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { startTestGitHub } from './github.ts';
import { BareRepository } from './memory-repository.ts';
import { runRegistryStep } from './registry.ts';

/** What earlier promotions left behind, ready to be laid into a fresh GitHub. */
export interface PreparedRegistry {
  layInto(service: GitHubService): Promise<void>;
}

const gitOf = ({ remote }: GitHubService): BareRepository => {
  if (remote instanceof BareRepository) return remote;
  throw new Error('a prepared registry needs memory-repository.ts in place of bare-repository.ts');
};

/**
 * Promotes each model in turn, as versions 0.0.1, 0.0.2, … in runs 1, 2, …, and keeps what came of it.
 *
 * @param files - of the default branch
 */
export async function prepareRegistry(
  models: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<PreparedRegistry> {
  const service = await startTestGitHub();
  await service.remote.commitFiles('main', { 'train.py': '# trains\n', ...files }, 'Add training');
  for (const [index, model] of models.entries()) {
    const inputs = { environment: 'production' };
    const step = await runRegistryStep({ service, model, run: index + 1, inputs });
    if (step.output('status') !== 'completed') throw new Error(String(step.error ?? step.outcome?.message));
    await step.runtime.dispose();
  }
  await service.close();
  const deployments = service.calls.filter(
    ({ method, path, status }) => method === 'POST' && path.startsWith('/deployments') && status === 201,
  );
  return {
    async layInto(fresh) {
      gitOf(fresh).become(gitOf(service));
      const authorization = `token ${fresh.issueToken({ deployments: 'write' })}`;
      for (const { path, body } of deployments) {
        const { status } = await fetch(`${fresh.url}/repos/octo/models${path}`, {
          method: 'POST',
          headers: { authorization, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        if (status !== 201) throw new Error(`${path} was answered with ${status}`);
      }
    },
  };
}
