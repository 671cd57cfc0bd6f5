import { signedHeaders } from './signature.ts';

/** A variable of the environment. */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/**
 * Talks to the model server at SERVING_URL; what it writes is signed with SERVING_SECRET.
 *
 * @returns the body of the answer
 */
export async function ask(
  method: 'GET' | 'PUT' | 'POST',
  path: string,
  body?: Uint8Array<ArrayBuffer> | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const signed = body === undefined ? {} : signedHeaders(setting('SERVING_SECRET'), body);
  const response = await fetch(new URL(path, setting('SERVING_URL')), {
    method,
    headers: { ...headers, ...signed },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(20_000),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
  return answer;
}
