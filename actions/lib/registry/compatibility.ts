import type { ModelSignature } from './events.ts';
import { incompatibility } from './signature.ts';
import { entryOf, environmentOf, type LedgerState } from './state.ts';

/** Whether callers of what serves get on with a version that is to take its place. */
export type Compatibility =
  /** Nothing serves: there are no callers yet. */
  | { readonly kind: 'first' }
  /** A signature is missing, of these versions. */
  | { readonly kind: 'unknown'; readonly serving: string; readonly missing: readonly string[] }
  | { readonly kind: 'compatible'; readonly serving: string }
  /** `problem` names the field and both types: `takes the input age as double, callers send long`. */
  | { readonly kind: 'incompatible'; readonly serving: string; readonly problem: string };

/** Compares the signature of a version with that of what serves an environment now. */
export function compatibilityWith(
  state: LedgerState,
  environment: string,
  { version, signature }: { readonly version: string; readonly signature: ModelSignature | null },
): Compatibility {
  const { current } = environmentOf(state, environment);
  if (current === null) return { kind: 'first' };
  const given = entryOf(state.versions, current)?.signature ?? null;
  const missing = [...(given === null ? [current] : []), ...(signature === null ? [version] : [])];
  if (missing.length > 0) return { kind: 'unknown', serving: current, missing };
  const problem = incompatibility(given, signature);
  return problem === undefined
    ? { kind: 'compatible', serving: current }
    : { kind: 'incompatible', serving: current, problem };
}

/** One sentence about it, for people; empty where there are no callers. */
export function compatibilityText(version: string, found: Compatibility): string {
  switch (found.kind) {
    case 'first':
      return '';
    case 'unknown':
      return `whether callers of ${found.serving} get on with ${version} is not known: ${found.missing.join(' and ')} ${found.missing.length === 1 ? 'has' : 'have'} no signature`;
    case 'compatible':
      return `callers of ${found.serving} get on with ${version}, by their signatures`;
    case 'incompatible':
      return `${version} is not compatible with what callers of ${found.serving} use: it ${found.problem}`;
    default:
      return found satisfies never;
  }
}
