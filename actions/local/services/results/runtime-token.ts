import { createHmac, timingSafeEqual } from 'node:crypto';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (secret: string, content: string): string =>
  createHmac('sha256', secret).update(content).digest('base64url');

/** A run and job as the results service tells them apart. */
export interface Scope {
  readonly run: string;
  readonly job: string;
}

/** A token like the runner's: the clients read run and job out of its `scp`, and the service checks the signature. */
export function issueRuntimeToken(secret: string, { run, job }: Scope): string {
  const claims = { scp: `Actions.Results:${run}:${job}`, exp: 4_102_444_800 };
  const content = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${content}.${sign(secret, content)}`;
}

/** The scope of a token of ours, `undefined` for any other text. */
export function readRuntimeToken(secret: string, token: string): Scope | undefined {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const expected = Buffer.from(sign(secret, `${header}.${claims}`));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const text = Buffer.from(claims, 'base64url').toString('utf8');
  const match = /"scp":"Actions\.Results:([^:"]+):([^:"]+)"/.exec(text);
  return match?.[1] && match[2] ? { run: match[1], job: match[2] } : undefined;
}
