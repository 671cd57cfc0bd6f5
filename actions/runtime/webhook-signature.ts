import { createHmac } from 'node:crypto';

/** The signature a receiver compares: HMAC-SHA256 of the time, a dot and the body. */
export const webhookSignature = (secret: string, timestamp: string, body: string): string =>
  `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
