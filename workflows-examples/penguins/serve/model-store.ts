import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Model, openModel } from './onnx-model.ts';

/**
 * Models by content: what is asked for by digest is what was handed in, or it is refused.
 * The digest is the one of promote-model: the sha256 of the file's name, size and sha256 as canonical JSON.
 */
export class ModelStore {
  readonly #folder: string;
  readonly #opened = new Map<string, Promise<Model>>();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Keeps a model that loads; returns its digest. */
  async put(name: string, bytes: Uint8Array): Promise<string> {
    await openModel(bytes);
    const digest = manifestDigest(name, bytes);
    writeFileSync(this.#path(digest), bytes);
    return digest;
  }

  has(digest: string): boolean {
    return existsSync(this.#path(digest));
  }

  /** The model with this digest, loaded once. */
  open(digest: string): Promise<Model> {
    const opened = this.#opened.get(digest) ?? this.#load(digest);
    this.#opened.set(digest, opened);
    return opened;
  }

  async #load(digest: string): Promise<Model> {
    if (!this.has(digest)) throw new RangeError(`no model with digest ${digest}: upload it first`);
    return openModel(readFileSync(this.#path(digest)));
  }

  #path(digest: string): string {
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new RangeError(`not a digest: ${digest}`);
    return join(this.#folder, `${digest.slice('sha256:'.length)}.onnx`);
  }
}

/** The identity that promote-model gives a model of one file. */
export function manifestDigest(name: string, bytes: Uint8Array): string {
  const sha256 = (content: Uint8Array | string) =>
    `sha256:${createHash('sha256').update(content).digest('hex')}`;
  return sha256(JSON.stringify([{ path: name, sha256: sha256(bytes), size: bytes.length }]));
}
