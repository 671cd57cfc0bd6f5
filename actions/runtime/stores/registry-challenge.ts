/** How a registry wants to be spoken to. */
export type Challenge =
  | { readonly kind: 'basic' }
  | { readonly kind: 'bearer'; readonly realm: string; readonly service: string; readonly scope: string };

const PARAMETER = /([a-z_]+)="([^"]*)"/gi;

/**
 * Reads a `WWW-Authenticate` header; `undefined` for schemes that no registry uses.
 *
 * @param scope - what a token must allow where the registry does not say
 */
export function parseChallenge(header: string, scope: string): Challenge | undefined {
  const bearer = /\bbearer\s+(.*)/i.exec(header)?.[1];
  if (bearer !== undefined) {
    // The first of each name counts: what follows may belong to another scheme.
    const parameters = [...bearer.matchAll(PARAMETER)].reverse();
    const found = new Map(parameters.map(([, name = '', value = '']) => [name, value]));
    const realm = found.get('realm') ?? '';
    if (!URL.canParse(realm)) return undefined;
    return { kind: 'bearer', realm, service: found.get('service') ?? '', scope: found.get('scope') || scope };
  }
  return /\bbasic\b/i.test(header) ? { kind: 'basic' } : undefined;
}

/** The address that gives a token for a challenge. */
export function tokenUrl({ realm, service, scope }: Extract<Challenge, { kind: 'bearer' }>): string {
  const url = new URL(realm);
  if (service !== '') url.searchParams.set('service', service);
  for (const one of scope.split(' ')) url.searchParams.append('scope', one);
  return url.href;
}
