import { didYouMean } from '../nearest-name.ts';
import { DOWNGRADES, type Gate } from './policy.ts';

/** What a waiver may name. */
type Waivable = Pick<Gate, 'id' | 'target'>;

/** Rules about the evidence that a waiver may excuse, by the names that reports have for them. */
const GUARDS: readonly string[] = DOWNGRADES.map((kind) => `no-downgrade-${kind}`);

/**
 * What is wrong with the name that a waiver gives; `undefined` for a gate of the policy, one slice of a gate that asks
 * every slice (`any-slice[region=NW]`), and a guard of the evidence (`no-downgrade-rows`).
 */
export function waiverNameProblem(name: string, gates: readonly Waivable[]): string | undefined {
  if (GUARDS.includes(name) || gates.some((gate) => gate.id === name || isSliceOf(name, gate)))
    return undefined;
  const known = [...gates.map(({ id }) => id), ...GUARDS];
  return `there is no gate "${name}"${didYouMean(name, known)}`;
}

const isSliceOf = (name: string, { id, target }: Waivable): boolean =>
  target.kind === 'every-slice' && name.startsWith(`${id.replace(/\[[^\]]*\]/, '')}[`) && name.endsWith(']');
