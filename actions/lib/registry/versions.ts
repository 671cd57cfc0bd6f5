import semver from 'semver';
import type { Digest } from '../digest.ts';
import { ledgerConflict, type Refusal } from './refusal.ts';
import { entryOf, type LedgerState } from './state.ts';

export type Bump = 'patch' | 'minor' | 'major';

/** Which version a user wants: one by number, or the next one after the highest. */
export type VersionWish =
  | { readonly kind: 'exact'; readonly version: string }
  | { readonly kind: 'auto'; readonly bump: Bump };

/** The version of a digest: `registered` when it is one already, else `new`, with other versions of the same bytes. */
export type ResolvedVersion =
  | { readonly kind: 'registered'; readonly version: string }
  | { readonly kind: 'new'; readonly version: string; readonly linked: readonly string[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const newestFirst = (versions: readonly string[]): readonly string[] => semver.rsort([...versions]);

/** All versions that name these bytes, newest first. */
export const versionsOf = (state: LedgerState, digest: Digest): readonly string[] =>
  newestFirst(
    Object.entries(state.versions)
      .filter(([, version]) => version.digest === digest)
      .map(([name]) => name),
  );

/** The next version after one that cannot be used. */
export const versionAfter = (version: string, bump: Bump): string => semver.inc(version, bump) ?? version;

/**
 * The version under which a digest is, or will be, registered. One version names one digest for ever; a digest
 * may have several versions; a quarantined digest gets none. `auto` gives registered bytes the version they
 * have and counts on from the highest version (`0.0.0` when there is none) for new ones.
 *
 * @param options - `released`: quarantine is being lifted by a person
 */
export function resolveVersion(
  state: LedgerState,
  wish: VersionWish,
  digest: Digest,
  options: { readonly released: boolean } = { released: false },
): ResolvedVersion {
  const quarantine = entryOf(state.quarantine, digest);
  if (quarantine !== undefined && !options.released)
    return {
      kind: 'refused',
      refusal: ledgerConflict(
        `${digest} is in quarantine since ${quarantine.since} (as version ${quarantine.version}: ${quarantine.reason}); a new number does not change the bytes`,
      ),
    };
  const linked = versionsOf(state, digest);
  if (wish.kind === 'auto') {
    if (linked[0] !== undefined) return { kind: 'registered', version: linked[0] };
    const highest = newestFirst(Object.keys(state.versions))[0] ?? '0.0.0';
    return { kind: 'new', version: versionAfter(highest, wish.bump), linked };
  }
  const registered = entryOf(state.versions, wish.version);
  if (registered === undefined) return { kind: 'new', version: wish.version, linked };
  if (registered.digest === digest) return { kind: 'registered', version: wish.version };
  return {
    kind: 'refused',
    refusal: ledgerConflict(
      `version ${wish.version} is registered with ${registered.digest}, this model is ${digest}; a version never changes its bytes, choose another one`,
    ),
  };
}
