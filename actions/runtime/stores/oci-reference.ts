import { type Digest, isDigest } from '../../lib/digest.ts';
import { ActionError } from '../../lib/errors.ts';

/** A repository of a registry. */
export interface OciRepository {
  /** `ghcr.io`, `127.0.0.1:5000`. */
  readonly host: string;
  /** `acme/models/churn`. */
  readonly path: string;
}

/** A manifest by digest, which can never become another one. */
export interface OciReference extends OciRepository {
  readonly digest: Digest;
}

/** Source: OCI distribution specification 1.1, "Pulling manifests". */
const PATH = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
const HOST =
  /^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*(:\d{1,5})?$/;

const repositoryOf = (text: string): OciRepository | undefined => {
  const slash = text.indexOf('/');
  const [host, path] = [text.slice(0, slash), text.slice(slash + 1)];
  return slash > 0 && HOST.test(host) && PATH.test(path) ? { host, path } : undefined;
};

/** The repository a text names: `ghcr.io/acme/churn`, with or without `oci://`. @throws ActionError invalid-input */
export function parseOciRepository(text: string): OciRepository {
  const found = repositoryOf(text.trim().replace(/^oci:\/\//, ''));
  if (found !== undefined) return found;
  throw new ActionError(
    'invalid-input',
    `${JSON.stringify(text.slice(0, 200))}: expected the repository of an OCI registry in lower case, such as ghcr.io/acme/churn`,
  );
}

/** The manifest that `oci://host/repository@sha256:…` names; `undefined` for anything else. */
export function parseOciReference(uri: string): OciReference | undefined {
  const at = uri.lastIndexOf('@');
  const repository = uri.startsWith('oci://') ? repositoryOf(uri.slice('oci://'.length, at)) : undefined;
  const digest = uri.slice(at + 1);
  return at > 0 && repository !== undefined && isDigest(digest) ? { ...repository, digest } : undefined;
}

export const ociUri = ({ host, path, digest }: OciReference): string => `oci://${host}/${path}@${digest}`;
