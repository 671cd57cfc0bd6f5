import { ActionError } from '../../lib/errors.ts';
import type { RepositoryApi } from './api.ts';

/** Who the job's own token writes as; it may not ask. */
const ACTIONS_BOT = 'github-actions[bot]';

/** The login that our writes carry. Asked once, and only when a marker has to be told from a forged one. */
export function createIdentity(api: RepositoryApi): () => Promise<string> {
  let login: Promise<string> | undefined;
  const ask = async (): Promise<string> => {
    try {
      return await api.get('GET /user', {}, (user) => user.text('login'));
    } catch (error) {
      if (error instanceof ActionError && (error.code === 'github-denied' || error.code === 'not-found'))
        return ACTIONS_BOT;
      throw error;
    }
  };
  return () => {
    login ??= ask();
    return login;
  };
}
