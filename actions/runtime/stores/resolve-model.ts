import { parseLocation } from '../locations.ts';
import type { Runtime } from '../runtime.ts';
import { parseOciReference } from './oci-reference.ts';
import { resolveOci } from './oci-resolution.ts';
import type { RegistryAccess } from './registry-client.ts';
import { REGISTRY_CREDENTIALS } from './registry-credentials.ts';
import { resolveRelease } from './release-resolution.ts';
import type { ExpectedModel, Resolution } from './store.ts';
import { resolveWeb } from './uri-resolution.ts';

/** How stores are reached unless a user says otherwise. */
export const PUBLIC_ACCESS: RegistryAccess = { ...REGISTRY_CREDENTIALS, network: 'public' };

type Resolve = (
  runtime: Runtime,
  uri: string,
  expected: ExpectedModel,
  access: RegistryAccess,
) => Promise<Resolution>;

const unknown = async (reason: string): Promise<Resolution> => ({ kind: 'unknown', reason });

const resolveWebFile: Resolve = (runtime, uri, expected, { network }) =>
  URL.canParse(uri)
    ? resolveWeb(runtime, uri, expected, network)
    : unknown(`${JSON.stringify(uri.slice(0, 200))} is no address`);

const BY_SCHEME: Readonly<Record<string, Resolve>> = {
  release: (runtime, uri, expected) => {
    const tag = releaseTag(uri);
    return tag === undefined
      ? unknown(`${uri} names no release: expected release:<tag>/<asset>`)
      : resolveRelease(runtime, tag, expected);
  },
  oci: (runtime, uri, expected, access) => {
    const reference = parseOciReference(uri);
    return reference === undefined
      ? unknown(
          `${uri} is not by digest (oci://host/repository@sha256:…): a tag may name other bytes tomorrow`,
        )
      : resolveOci(runtime, reference, expected, access);
  },
  https: resolveWebFile,
  http: resolveWebFile,
};

/**
 * Whether a version's bytes still lie where its address says, with the digests it was registered with. Nothing is
 * changed. An address that cannot be looked at, such as `s3:` or `gs:`, is `unknown`: its digest is as declared.
 *
 * @throws ActionError cancelled
 */
export function resolveModel(
  runtime: Runtime,
  uri: string,
  expected: ExpectedModel,
  access: RegistryAccess = PUBLIC_ACCESS,
): Promise<Resolution> {
  if (uri === '') return unknown('the version was registered without an address');
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]?.toLowerCase() ?? '';
  const resolve = Object.hasOwn(BY_SCHEME, scheme) ? BY_SCHEME[scheme] : undefined;
  return resolve === undefined
    ? unknown(
        `addresses of ${scheme === '' ? 'this form' : `${scheme}:`} cannot be looked at from here; the digest is as it was declared`,
      )
    : resolve(runtime, uri, expected, access);
}

/** The tag of `release:<tag>/<asset>`, or of `release:<tag>` as a whole. */
function releaseTag(uri: string): string | undefined {
  const rest = uri.slice('release:'.length);
  if (/^[^\s/]+$/.test(rest)) return rest;
  if (!/^\S+\/[^/\s][^/]*$/.test(rest)) return undefined;
  const location = parseLocation(uri);
  return location.kind === 'release' ? location.tag : undefined;
}
