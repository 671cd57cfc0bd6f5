import { createHmac, timingSafeEqual } from 'node:crypto';

/** What the sender puts into `X-Hub-Signature-256`, as GitHub's own webhooks do. */
export const sign = (secret: string, body: Uint8Array | string): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

/** Whether the body was signed with the secret; takes the same time for every wrong signature. */
export function isSigned(secret: string, body: Uint8Array | string, signature: string | undefined): boolean {
  const expected = Buffer.from(sign(secret, body));
  const found = Buffer.from(signature ?? '');
  return expected.length === found.length && timingSafeEqual(expected, found);
}
