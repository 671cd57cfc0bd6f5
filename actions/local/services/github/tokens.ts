import { randomUUID } from 'node:crypto';

export type Access = 'none' | 'read' | 'write';

/** A workflow's `permissions:` by name (`contents`, `pull-requests`, …); unlisted ones are `none`. */
export type Permissions = Readonly<Record<string, Access>>;

export interface Token {
  /** Who acts: `github-actions[bot]` for the token of a job. */
  readonly login: string;
  readonly permissions: Permissions | 'all';
}

export const ACTIONS_BOT = 'github-actions[bot]';

type Need = readonly [scopes: readonly string[], access: 'read' | 'write'];

const READ = ['GET', 'HEAD'];

/** Which permission a path below the repository asks for; one of several scopes is enough. */
const SCOPES: readonly (readonly [path: RegExp, scopes: readonly string[]])[] = [
  [/^\/(commits\/.+\/check-runs|check-runs)/, ['checks']],
  [/^\/(commits\/.+\/status(es)?$|statuses\/)/, ['statuses']],
  [/^\/deployments/, ['deployments']],
  [/^\/(actions|environments)/, ['actions']],
  [/^\/pulls/, ['pull-requests']],
  [/^\/(labels|issues\/(comments|\d+\/(comments|labels|timeline)))/, ['issues', 'pull-requests']],
  [/^\/issues/, ['issues']],
  [/^\/(git|contents|commits|compare|branches|releases|dispatches)/, ['contents']],
];

function needOf(method: string, path: string, isPullRequest: (issue: number) => boolean): Need | undefined {
  const scopes = SCOPES.find(([pattern]) => pattern.test(path))?.[1];
  if (!scopes) return undefined;
  const issue = /^\/issues\/(\d+)\//.exec(path)?.[1];
  const narrowed = issue !== undefined && !isPullRequest(Number(issue)) ? ['issues'] : scopes;
  return [narrowed, READ.includes(method) ? 'read' : 'write'];
}

/** The permissions that a token lacks for a request, in the words of `x-accepted-github-permissions`. */
export function missingPermission(
  token: Token,
  method: string,
  path: string,
  isPullRequest: (issue: number) => boolean,
): string | undefined {
  const need = needOf(method, path, isPullRequest);
  const { permissions } = token;
  if (!need || permissions === 'all') return undefined;
  const [scopes, access] = need;
  const granted = scopes.some((scope) =>
    access === 'read' ? (permissions[scope] ?? 'none') !== 'none' : permissions[scope] === 'write',
  );
  return granted ? undefined : scopes.map((scope) => `${scope.replaceAll('-', '_')}=${access}`).join('; ');
}

/** The tokens that the service knows. */
export class TokenStore {
  readonly #tokens = new Map<string, Token>();

  /** Issues a token such as a job gets. */
  issue(permissions: Permissions | 'all', login: string = ACTIONS_BOT): string {
    const secret = `ghs_${randomUUID().replaceAll('-', '')}`;
    this.add(secret, { login, permissions });
    return secret;
  }

  add(secret: string, token: Token): void {
    this.#tokens.set(secret, token);
  }

  /** The token of an `Authorization` header. */
  of(authorization: string | null): Token | undefined {
    const secret = /^(?:token|bearer) (.+)$/i.exec(authorization ?? '')?.[1];
    return secret === undefined ? undefined : this.#tokens.get(secret);
  }
}
