import { createHash } from 'node:crypto';
import type { Runtime } from '../runtime.ts';
import { type StoreNetwork, timeForBytes } from './network.ts';
import type { ExpectedModel, Resolution } from './store.ts';

/** Larger answers are not read to the end. */
const LARGEST_BYTES = 64 * 1024 ** 3;
const GONE: ReadonlySet<number> = new Set([404, 410]);

/**
 * Fetches a file and compares its sha256: with that of the model's only file, else with the model's digest, for
 * models that lie there as one archive. It is read as a stream and not kept.
 */
export async function resolveWeb(
  runtime: Runtime,
  uri: string,
  { digest, files }: ExpectedModel,
  network: StoreNetwork,
): Promise<Resolution> {
  const only = files.length === 1 ? files[0] : undefined;
  const expected = only?.sha256 ?? digest;
  const hash = createHash('sha256');
  const limit = only?.size ?? LARGEST_BYTES;
  const reply = await runtime.http.send({
    url: uri,
    method: 'GET',
    headers: { accept: '*/*' },
    timeoutMs: timeForBytes(limit),
    maxBodyBytes: limit,
    allowPrivateNetwork: network !== 'public',
    onPiece: (piece) => hash.update(piece),
  });
  const { origin, pathname } = new URL(uri);
  const where = `${origin}${pathname}`;
  if (reply.kind === 'no-answer')
    return reply.reason === 'too-large'
      ? { kind: 'differs', reason: `${where} is larger than the ${limit} bytes that were registered` }
      : { kind: 'unknown', reason: `${where} gave no answer (${reply.reason}: ${reply.message})` };
  if (GONE.has(reply.status)) return { kind: 'gone', reason: `${where} answered ${reply.status}` };
  if (reply.status >= 300 && reply.status < 400)
    return {
      kind: 'unknown',
      reason: `${where} answered ${reply.status} and points elsewhere, where it is not followed; register the address it leads to`,
    };
  if (reply.status !== 200) return { kind: 'unknown', reason: `${where} answered ${reply.status}` };
  const found = `sha256:${hash.digest('hex')}`;
  if (found === expected) return { kind: 'there' };
  return { kind: 'differs', reason: `${where} is ${found}, the version was registered with ${expected}` };
}
