import type { Digest } from '../../lib/digest.ts';
import { ActionError } from '../../lib/errors.ts';
import type { ManifestFile } from '../../lib/manifest.ts';
import type { ModelManifest } from '../model-manifest.ts';

/** A file of a model and where its bytes are. */
export interface StorableFile extends ManifestFile {
  /** Readable through `runtime.files`. */
  readonly location: string;
}

/** A model to keep, by content. */
export interface StorableModel {
  readonly model: string;
  readonly version: string;
  /** The manifest digest. */
  readonly digest: Digest;
  /** The commit it was made from; empty if not known. */
  readonly commit: string;
  readonly files: readonly StorableFile[];
}

/** Where a model was put. */
export interface StoredModel {
  /** Resolvable for as long as the store keeps it; empty when nothing was stored. */
  readonly uri: string;
  /** What was found or put there, under the store's own names. */
  readonly stored: readonly { readonly name: string; readonly digest: Digest }[];
}

/** Something else has the name of a version in a store: another number may be free. */
export class NameTaken extends ActionError {
  constructor(message: string) {
    super('digest-mismatch', message);
  }
}

/** A place that keeps a model's bytes. */
export interface ModelStore {
  /**
   * Puts a model there and verifies it. Bytes that are there already are reused, so that it may be done again.
   *
   * @throws NameTaken when other bytes are in the place; ActionError limit-exceeded, and what the way there may throw
   */
  put(model: StorableModel): Promise<StoredModel>;
}

/** A model as its version was registered. */
export interface ExpectedModel {
  readonly digest: Digest;
  readonly files: readonly ManifestFile[];
}

/**
 * Whether a model still lies where its version says. `gone`: it does not, for certain. `differs`: other bytes lie
 * there. `unknown`: it could not be found out, and the reason says whether trying again may help.
 */
export type Resolution =
  | { readonly kind: 'there' }
  | { readonly kind: 'gone' | 'differs' | 'unknown'; readonly reason: string };

/** The name of a version outside of the ledger, as a tag of git and of a registry: `churn-v3.4.0`. */
export const versionTag = (model: string, version: string): string =>
  `${model}-v${version.replaceAll('+', '_')}`;

/** What the release that keeps a version's files says until it has notes. */
export const keptText = (model: string, version: string): string =>
  `The files of ${model} ${version}, kept for serving and rollback.`;

/** A model whose manifest was read, ready to be kept. */
export const storable = (
  manifest: ModelManifest,
  names: Pick<StorableModel, 'model' | 'version' | 'commit'>,
): StorableModel => ({
  ...names,
  digest: manifest.digest,
  files: manifest.files.map((file, index) => ({
    ...file,
    location: manifest.located[index]?.path ?? file.path,
  })),
});
