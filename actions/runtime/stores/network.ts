/**
 * What a store of one's own may be reached by: `public` is https and addresses of the internet alone; `private` also
 * takes addresses of private and loopback networks; `private-http` talks plain http there.
 */
export type StoreNetwork = 'public' | 'private' | 'private-http';

/** The protocol of a network. */
export const protocolOf = (network: StoreNetwork): 'http' | 'https' =>
  network === 'private-http' ? 'http' : 'https';

const BASE_MS = 60_000;
/** Slower than any line one would keep models behind. */
const SLOWEST_BYTES_PER_MS = 256;

/** How long an exchange that carries so many bytes may take, in milliseconds. */
export const timeForBytes = (bytes: number): number => BASE_MS + Math.ceil(bytes / SLOWEST_BYTES_PER_MS);
