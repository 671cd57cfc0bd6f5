type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text at a place in an answer. @throws Error when it is not there */
export function text(answer: Json, ...keys: readonly string[]): string {
  let found: Json | undefined = answer;
  for (const key of keys) found = isObject(found) ? found[key] : undefined;
  if (typeof found !== 'string') throw new Error(`GitHub's answer has no ${keys.join('.')}`);
  return found;
}

const send = (method: string, path: string, body?: Json): Promise<Response> =>
  fetch(`${process.env['GITHUB_API_URL']}/repos/${process.env['GITHUB_REPOSITORY']}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${process.env['GH_TOKEN']}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });

/** Asks GitHub about this repository. @throws Error with GitHub's own words */
export async function request(method: string, path: string, body?: Json): Promise<Json> {
  const response = await send(method, path, body);
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
  return JSON.parse(answer);
}

/** The commit of a branch; `undefined` when there is no such branch. */
export async function ref(branch: string): Promise<string | undefined> {
  const response = await send('GET', `/git/ref/heads/${branch}`);
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`branch ${branch}: ${response.status} ${await response.text()}`);
  return text(JSON.parse(await response.text()), 'object', 'sha');
}
