import { createHmac, timingSafeEqual } from 'node:crypto';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A signed message that is older is a replay. */
const MAX_AGE_SECONDS = 300;

const signature = (secret: string, timestamp: string, body: Uint8Array | string): string =>
  `sha256=${createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')}`;

/** The headers that prove where a body comes from and when, as promote-model's webhook sends them. */
export function signedHeaders(secret: string, body: Uint8Array | string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return { 'x-mlops-timestamp': timestamp, 'x-mlops-signature': signature(secret, timestamp, body) };
}

/** Whether the body was signed with the secret a short while ago; takes the same time for every wrong signature. */
export function isSigned(secret: string, headers: Headers, body: Uint8Array): boolean {
  const timestamp = String(headers['x-mlops-timestamp']);
  const expected = Buffer.from(signature(secret, timestamp, body));
  const found = Buffer.from(String(headers['x-mlops-signature']));
  const fresh = Math.abs(Date.now() / 1000 - Number(timestamp)) <= MAX_AGE_SECONDS;
  return fresh && expected.length === found.length && timingSafeEqual(expected, found);
}
