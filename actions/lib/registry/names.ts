import semver from 'semver';

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const BRANCH = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/;
/** Names that Windows keeps for devices, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/;

const EXPECTED =
  'expected 1 to 64 of a-z, 0-9, ".", "_" and "-", starting with a letter or digit, without "..", a last "." or ".lock", and no device name of Windows';

/**
 * What is wrong with a name of a model or an environment, both of which become parts of paths on the ledger's
 * branch, or `undefined` when nothing is. Names that pass are safe as path parts on every system and in refs.
 */
export function nameProblem(what: string, name: string): string | undefined {
  const sound = NAME.test(name) && !name.includes('..') && !/(\.|\.lock)$/.test(name) && !DEVICE.test(name);
  return sound ? undefined : `${what}: ${EXPECTED}; found ${JSON.stringify(name.slice(0, 80))}`;
}

/** What is wrong with a version, or `undefined`: exact semantic versions without a leading `v`, up to 64 characters. */
export function versionProblem(what: string, version: string): string | undefined {
  const parsed = version.length <= 64 ? semver.parse(version) : null;
  // The parser trims, and takes a leading v.
  return parsed !== null && /^\d[0-9A-Za-z.+-]*$/.test(version)
    ? undefined
    : `${what}: expected a semantic version such as 1.4.0, found ${JSON.stringify(version.slice(0, 80))}`;
}

/** What is wrong with the name of the ledger's branch, or `undefined`; a subset of what git accepts. */
export function branchProblem(what: string, branch: string): string | undefined {
  const parts = branch.split('/');
  const sound =
    BRANCH.test(branch) && parts.every((part) => part !== '' && !/^\.|\.\.|(\.|\.lock)$/.test(part));
  return sound
    ? undefined
    : `${what}: expected a branch name such as mlops-registry, found ${JSON.stringify(branch.slice(0, 80))}`;
}
