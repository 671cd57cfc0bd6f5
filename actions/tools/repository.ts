import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The repository's root folder. */
export const root = join(import.meta.dirname, '..', '..');

/** One input of an `action.yml`. */
export interface InputMetadata {
  readonly description: string;
  readonly required?: boolean;
  readonly default?: string;
}

/** The part of an `action.yml` that documentation and tests rest on. */
export interface ActionMetadata {
  readonly name: string;
  readonly description: string;
  readonly inputs: Readonly<Record<string, InputMetadata>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value?: string }>>;
  readonly runs: { readonly using: string; readonly main?: string };
}

/** The folders under `actions/` that are actions: those with an `action.yml`, in the order of the train. */
export function actionNames(): readonly string[] {
  const train = ['validate-data', 'evaluate-model', 'gate-metrics', 'promote-model', 'rollback'];
  return readdirSync(join(root, 'actions'))
    .filter((name) => existsSync(join(root, 'actions', name, 'action.yml')))
    .sort((a, b) => train.indexOf(a) - train.indexOf(b));
}

/** Reads `action.yml` from a folder of the repository; `.` is the root composite. */
export function readActionMetadata(folder: string): ActionMetadata {
  const metadata: ActionMetadata = parse(readFileSync(join(root, folder, 'action.yml'), 'utf8'));
  return { ...metadata, inputs: metadata.inputs ?? {}, outputs: metadata.outputs ?? {} };
}
