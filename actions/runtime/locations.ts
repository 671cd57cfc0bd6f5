import type { Runtime } from './runtime.ts';

/**
 * A place a document can come from, the same grammar for every input of all five actions:
 * `path-or-glob` · `artifact:<name>` · `artifact:<name>@run:<id>` · `artifact:<name>@branch:<branch>` ·
 * `release:<tag|latest>/<asset>` · `git:<ref>:<path>`.
 */
export type Location =
  | { readonly kind: 'path'; readonly pattern: string }
  | {
      readonly kind: 'artifact';
      readonly name: string;
      readonly from:
        | { readonly kind: 'this-run' }
        | { readonly kind: 'run'; readonly run: number }
        | { readonly kind: 'branch'; readonly branch: string };
    }
  | { readonly kind: 'release'; readonly tag: string; readonly asset: string }
  | { readonly kind: 'git'; readonly ref: string; readonly path: string };

/** A file that a location led to: readable through `runtime.files` under `path`. */
export interface LocatedFile {
  /** The location as the user wrote it. */
  readonly location: string;
  /** Name inside the location, for messages: `reports/metrics.json`. */
  readonly name: string;
  readonly path: string;
}

/** Resolves a location to its files, sorted by name. @throws ActionError not-found when there is none */
export type LocateFiles = (runtime: Runtime, location: string) => Promise<readonly LocatedFile[]>;
