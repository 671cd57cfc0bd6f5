/** What a rate-limited answer asks for: milliseconds to wait, and why. */
export interface LimitedWait {
  readonly ms: number;
  readonly reason: string;
}

const SECONDARY = /secondary rate|abuse/i;
const SECONDARY_WAIT_MS = 60_000;

/**
 * How long GitHub wants us to wait before the same request may be sent again; `undefined` when the answer is not
 * a refusal for rate. The order is GitHub's: `Retry-After`, then the reset of an exhausted primary limit, then at
 * least a minute for a body that speaks of the secondary limit or of abuse.
 */
export function limitedWait(
  status: number,
  headers: Headers,
  body: string,
  nowMs: number,
): LimitedWait | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const retryAfter = retryAfterMs(headers.get('retry-after'), nowMs);
  if (retryAfter !== undefined) return { ms: retryAfter, reason: 'asking to wait' };
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN) * 1_000;
  if (headers.get('x-ratelimit-remaining') === '0' && Number.isFinite(reset))
    return { ms: Math.max(0, reset - nowMs), reason: 'the rate limit of the token is used up' };
  if (status === 429 || SECONDARY.test(body))
    return { ms: SECONDARY_WAIT_MS, reason: 'its secondary rate limit' };
  return undefined;
}

/** Milliseconds of a `Retry-After` header, which holds seconds or a date; `undefined` when there is none. */
export function retryAfterMs(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1_000;
  // `Date.parse` takes -5 for a year.
  const date = /^[a-z]{3},/i.test(value.trim()) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/** A wait before try number `tries + 1`: full jitter below 0.5 · 2^tries seconds, at most 30 s. */
export const backoffMs = (tries: number, firstMs: number, random: () => number): number =>
  Math.round(random() * Math.min(30_000, firstMs * 2 ** tries));
