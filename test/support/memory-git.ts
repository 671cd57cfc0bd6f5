import type { BareRepository as RealRepository } from '../../actions/local/services/github/bare-repository.ts';
import { Faults } from '../../actions/local/services/github/faults.ts';
import { Front, listen } from '../../actions/local/services/github/front-server.ts';
import { GitRoutes } from '../../actions/local/services/github/git-routes.ts';
import { HistoryRoutes } from '../../actions/local/services/github/history-routes.ts';
import { TokenStore } from '../../actions/local/services/github/tokens.ts';
import { BareRepository } from './memory-repository.ts';

/** The git part of the local GitHub over a repository in memory: tens of thousands of requests take no process each. */
export interface MemoryGit {
  readonly url: string;
  readonly token: string;
  readonly faults: Faults;
  close(): Promise<void>;
}

/** @param onChange - called after a request that took effect, before its answer */
export async function startMemoryGit(
  onChange: (path: string) => Promise<void> = async () => undefined,
): Promise<MemoryGit> {
  let url = '';
  const site = { owner: 'octo', repo: 'models', defaultBranch: 'main', url: () => url };
  // It does what the routes ask for, by the test that holds it against git.
  const git = (await BareRepository.open('', site.defaultBranch)) as unknown as RealRepository;
  const faults = new Faults();
  const tokens = new TokenStore();
  const front = new Front({
    prefix: '/repos/octo/models',
    routes: [...new GitRoutes(git, site).routes(), ...new HistoryRoutes(git, site).routes()],
    globalRoutes: [],
    tokens,
    faults,
    check: () => [],
    isPullRequest: () => false,
    onChange,
  });
  url = await listen(front.server);
  return {
    url,
    token: tokens.issue('all'),
    faults,
    async close() {
      front.server.closeAllConnections();
      await new Promise((done) => front.server.close(done));
    },
  };
}
