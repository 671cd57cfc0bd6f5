import { didYouMean } from '../lib/nearest-name.ts';
import type { LedgerState } from '../lib/registry/state.ts';

/**
 * Says that an environment is none of those that the ledger knows: where it was mistyped, a look at it would find
 * nothing to do for ever. `undefined` where it is known, or nothing serves anywhere yet.
 */
export function unknownEnvironment({ environments, model }: LedgerState, name: string): string | undefined {
  const known = Object.keys(environments);
  if (known.length === 0 || known.includes(name)) return undefined;
  return `the ledger of ${model} knows no environment ${name}, only ${known.join(', ')}${didYouMean(name, known)}`;
}
