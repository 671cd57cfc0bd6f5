import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** One artifact whose upload is complete. */
export interface StoredArtifact {
  readonly id: number;
  readonly run: string;
  readonly job: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** `sha256:` and hexadecimal digits, as the uploader reported it. */
  readonly digest: string;
  readonly contentType: string;
  /** Path in the blob store. */
  readonly blob: string;
  /** ISO 8601. */
  readonly created: string;
  readonly expires: string | undefined;
}

/** The complete artifacts of all runs, kept in a JSON file when one is named, so that later runs find them. */
export class ArtifactIndex {
  readonly #file: string | undefined;
  #artifacts: StoredArtifact[];

  constructor(file?: string) {
    this.#file = file;
    this.#artifacts = file === undefined ? [] : readIndex(file);
  }

  all(): readonly StoredArtifact[] {
    return this.#artifacts;
  }

  ofRun(run: string): readonly StoredArtifact[] {
    return this.#artifacts.filter((artifact) => artifact.run === run);
  }

  find(run: string, name: string): StoredArtifact | undefined {
    return this.#artifacts.find((artifact) => artifact.run === run && artifact.name === name);
  }

  add(artifact: Omit<StoredArtifact, 'id'>): StoredArtifact {
    const id = Math.max(1000, ...this.#artifacts.map((known) => known.id)) + 1;
    const stored = { id, ...artifact };
    this.#artifacts.push(stored);
    this.#save();
    return stored;
  }

  remove(id: number): void {
    this.#artifacts = this.#artifacts.filter((artifact) => artifact.id !== id);
    this.#save();
  }

  #save(): void {
    if (this.#file === undefined) return;
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, `${JSON.stringify(this.#artifacts, null, 2)}\n`);
  }
}

function readIndex(file: string): StoredArtifact[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new Error(`${file}: cannot be read; remove the state folder to start anew`, { cause: error });
  }
}
