import { expect, test } from 'vitest';
import { parseChallenge, tokenUrl } from '../../../../actions/runtime/stores/registry-challenge.ts';

const SCOPE = 'repository:acme/churn:pull,push';

test('a bearer challenge names where tokens are given and for what', () => {
  const header = 'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:acme/churn:pull"';
  const challenge = parseChallenge(header, SCOPE);
  expect(challenge).toEqual({
    kind: 'bearer',
    realm: 'https://ghcr.io/token',
    service: 'ghcr.io',
    scope: 'repository:acme/churn:pull',
  });
  if (challenge?.kind !== 'bearer') return;
  expect(tokenUrl(challenge)).toBe(
    'https://ghcr.io/token?service=ghcr.io&scope=repository%3Aacme%2Fchurn%3Apull',
  );
  expect(tokenUrl({ ...challenge, realm: 'https://x/t?a=1', service: '', scope: 'a b' })).toBe(
    'https://x/t?a=1&scope=a&scope=b',
  );
});

test.each([
  ['bearer realm="https://x/t"', { kind: 'bearer', realm: 'https://x/t', service: '', scope: SCOPE }],
  ['Basic realm="Registry"', { kind: 'basic' }],
  ['Bearer realm="https://x/t", Basic realm="y"', { kind: 'bearer' }],
  ['Bearer realm="nonsense"', undefined],
  ['Negotiate', undefined],
  ['', undefined],
])('%s', (header, expected) => {
  const found = parseChallenge(header, SCOPE);
  if (expected === undefined) expect(found).toBeUndefined();
  else expect(found).toMatchObject(expected);
});
