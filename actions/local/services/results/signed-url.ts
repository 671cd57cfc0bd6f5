import { createHmac, timingSafeEqual } from 'node:crypto';

/** The parameters of a shared access signature that we honour, by Azure's names. */
const SIGNED = ['sp', 'se', 'rsct', 'rscd'] as const;

/** Letters of Azure's permissions: read, add, create, write, delete. */
export interface Grant {
  readonly permissions: 'r' | 'racwd';
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly contentType?: string;
  readonly contentDisposition?: string;
}

const signature = (secret: string, path: string, query: URLSearchParams): Buffer =>
  createHmac('sha256', secret)
    .update([path, ...SIGNED.map((name) => query.get(name) ?? '')].join('\n'))
    .digest();

/** The query string that grants what it says on one path, and only there. */
export function signQuery(secret: string, path: string, grant: Grant): string {
  const query = new URLSearchParams({ sp: grant.permissions, se: new Date(grant.expires).toISOString() });
  if (grant.contentType !== undefined) query.set('rsct', grant.contentType);
  if (grant.contentDisposition !== undefined) query.set('rscd', grant.contentDisposition);
  query.set('sig', signature(secret, path, query).toString('base64'));
  return query.toString();
}

/** Why a request is refused, or `undefined` when its signature grants the permission on this path now. */
export function refuseSignature(
  secret: string,
  path: string,
  query: URLSearchParams,
  permission: 'r' | 'w',
  now: number,
): string | undefined {
  const given = Buffer.from(query.get('sig') ?? '', 'base64');
  const expected = signature(secret, path, query);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'signature did not match';
  if (!(Date.parse(query.get('se') ?? '') > now)) return 'signature has expired';
  return query.get('sp')?.includes(permission) ? undefined : `signature does not grant "${permission}"`;
}
