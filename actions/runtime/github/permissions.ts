/** The `permissions:` line that a route needs, for messages; the server's own list is used where it gives one. */
const SCOPES: readonly (readonly [pattern: RegExp, scope: string])[] = [
  [/\/issues\/(comments|[^/]+\/(comments|labels|timeline))/, 'pull-requests'],
  [/\/issues/, 'issues'],
  [/\/pulls(\/|$)/, 'pull-requests'],
  [/\/check-runs/, 'checks'],
  [/\/(statuses|commits\/\{ref\}\/status)/, 'statuses'],
  [/\/deployments/, 'deployments'],
  [/\/actions\//, 'actions'],
  [/\/(git|contents|commits|compare|releases|dispatches)/, 'contents'],
];

/**
 * What to add to the workflow so that a route works: `permissions: pull-requests: write`.
 *
 * @param accepted - the server's list of permissions, one of which is enough: `issues=write; pull_requests=write`
 */
export function permissionFor(route: string, accepted: string | undefined): string {
  const write = !route.startsWith('GET ');
  const scope = SCOPES.find(([pattern]) => pattern.test(route))?.[1] ?? 'contents';
  const alternatives = (accepted ?? '').split(';').flatMap((alternative) => {
    const [name, access] = alternative.split(',')[0]?.trim().replaceAll('_', '-').split('=') ?? [];
    return name && access ? [{ name, access }] : [];
  });
  const named = alternatives.find(({ name }) => name === scope) ?? alternatives[0];
  return `permissions: ${named?.name ?? scope}: ${named?.access ?? (write ? 'write' : 'read')}`;
}

/** Why GitHub said 401, 403 or 404 and what to do, as one sentence; other refusals in GitHub's own words. */
export function refusalMessage(
  route: string,
  status: number,
  message: string,
  accepted: string | undefined,
): string {
  const permission = permissionFor(route, accepted);
  if (status === 401)
    return `${route}: GitHub does not accept the token (${message}). Pass a valid github-token; the job's own token ends with the job.`;
  if (status === 403)
    return `${route}: the token may not do this (${message}). Add \`${permission}\` to the job. A pull request from a fork can only read.`;
  if (status === 404)
    return `${route}: not found, or hidden from the token (${message}). If it exists, add \`${permission}\` to the job.`;
  return `${route}: GitHub refused with ${status}: ${message}`;
}
