import type { Contract } from '../lib/contract/contract.ts';
import { type Digest, sha256 } from '../lib/digest.ts';
import type { ProfileDocument } from '../lib/documents/profile.ts';
import type { ValidationDocument } from '../lib/documents/validation.ts';
import { ActionError } from '../lib/errors.ts';
import { loadCompiler, withCompiler } from '../lib/schema/schema-compiler.ts';
import { loadDocument } from '../runtime/documents.ts';
import { fileNamed, type LocatedFile, locate, locateOne } from '../runtime/locations.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { locateData } from '../runtime/scan/locate-data.ts';
import type { Inputs } from './inputs.ts';

/** A contract, and the file it was read from. */
export interface LoadedContract {
  readonly name: string;
  readonly digest: Digest;
  readonly text: string;
  /** Path in the workspace; empty for one from elsewhere. */
  readonly path: string;
  readonly contract: Contract;
}

/** A JSON Schema for rows. */
export interface LoadedRowSchema {
  readonly name: string;
  readonly digest: Digest;
  readonly schema: unknown;
}

/** What the data is compared with: files of data, or a profile made earlier. */
export type LoadedReference =
  | { readonly kind: 'data'; readonly name: string; readonly files: readonly LocatedFile[] }
  | {
      readonly kind: 'profile';
      readonly name: string;
      readonly digest: Digest;
      readonly document: ProfileDocument;
    };

/** What the step found before: on the base branch, in the last release. */
export interface LoadedBaseline {
  readonly name: string;
  readonly report: { readonly digest: Digest; readonly document: ValidationDocument } | undefined;
  readonly profile: { readonly digest: Digest; readonly document: ProfileDocument } | undefined;
}

/** What the data is to be checked against. */
export interface Loaded {
  readonly contract: LoadedContract | undefined;
  readonly rowSchema: LoadedRowSchema | undefined;
  readonly reference: LoadedReference | undefined;
  readonly baseline: LoadedBaseline | undefined;
}

/** Reads what the data is to be checked against. Large parsers are loaded only where they are needed. */
export async function load(runtime: Runtime, inputs: Inputs): Promise<Loaded> {
  return {
    contract: await optional(inputs.contract, (at) => loadContract(runtime, at)),
    rowSchema: await optional(inputs.rowSchema, (at) => loadRowSchema(runtime, at)),
    reference: await optional(inputs.reference, (at) => loadReference(runtime, at)),
    baseline: await optional(inputs.baseline, (at) => loadBaseline(runtime, at)),
  };
}

const optional = async <T>(
  location: string | undefined,
  read: (location: string) => Promise<T | undefined>,
): Promise<T | undefined> => (location === undefined ? undefined : read(location));

async function loadContract(runtime: Runtime, location: string): Promise<LoadedContract> {
  const file = await locateOne(runtime, location);
  const text = await runtime.files.readText(file.path);
  const contract = await parseContract(text, file.name, (path) =>
    runtime.files.readText(beside(file.path, path)),
  );
  return { name: file.name, digest: sha256(text), text, path: file.path, contract };
}

/**
 * Reads the text of a contract, and the files it refers to.
 *
 * @param read - gives the text of a file by its path from the contract's folder
 */
export async function parseContract(
  text: string,
  name: string,
  read: (path: string) => Promise<string>,
): Promise<Contract> {
  const { contractReferences, readContract } = await import('../lib/contract/read-contract.ts');
  const { CHECKS } = await import('../lib/checks/catalog.ts');
  const references = new Map<string, string>();
  for (const path of contractReferences(text, name)) references.set(path, await read(path));
  return withCompiler(() => readContract(text, name, CHECKS, { references }));
}

/** A path written relative to the folder of another file. */
export const beside = (file: string, path: string): string => {
  const folder = file.replaceAll('\\', '/').replace(/[^/]*$/, '');
  return /^([a-z]:)?[\\/]/i.test(path) ? path : `${folder}${path}`;
};

async function loadRowSchema(runtime: Runtime, location: string): Promise<LoadedRowSchema> {
  const compileSchema = await loadCompiler();
  const { parseJsonStrict } = await import('../lib/schema/json.ts');
  const file = await locateOne(runtime, location);
  const text = await runtime.files.readText(file.path);
  const { value } = parseJsonStrict(text, file.name);
  compileSchema(value, file.name); // says what is wrong with its name, before any thread is started
  return { name: file.name, digest: sha256(text), schema: value };
}

async function loadReference(runtime: Runtime, location: string): Promise<LoadedReference> {
  const files = await locateData(runtime, location);
  const profile = fileNamed(files, 'profile.json') ?? (await onlyProfile(runtime, files));
  if (profile === undefined) return { kind: 'data', name: location, files };
  const { document, digest } = await loadDocument<ProfileDocument>(runtime, 'profile', profile);
  return { kind: 'profile', name: profile.name, digest, document };
}

/** A single JSON file may be a profile under another name, or data. */
async function onlyProfile(
  runtime: Runtime,
  files: readonly LocatedFile[],
): Promise<LocatedFile | undefined> {
  const [file, second] = files;
  if (file === undefined || second !== undefined || !file.name.endsWith('.json')) return undefined;
  const source = await runtime.files.open(file.path);
  const head = new TextDecoder().decode(await source.slice(0, Math.min(source.size, 4_096)));
  if (/^\s*\{\s*"schema":\s*"mlops-actions\/profile\//.test(head)) return file;
  if (/^\s*\{\s*"schema":\s*"mlops-actions\//.test(head))
    throw new ActionError(
      'invalid-document',
      `${file.name}: expected data or a profile document as the reference`,
    );
  return undefined;
}

/** A baseline that is not there yet is none: the first run of a repository has nothing to compare with. */
async function loadBaseline(runtime: Runtime, location: string): Promise<LoadedBaseline | undefined> {
  let files: readonly LocatedFile[];
  try {
    files = await locate(runtime, location);
  } catch (error) {
    const absent =
      error instanceof ActionError && error.code === 'not-found' && /^(artifact|release|git):/.test(location);
    if (!absent) throw error;
    runtime.log.notice(`There is no baseline yet (${error.message}); all findings count.`);
    return undefined;
  }
  const report = fileNamed(files, 'report.json');
  const profile = fileNamed(files, 'profile.json');
  if (report === undefined && profile === undefined)
    throw new ActionError(
      'invalid-input',
      `baseline: expected the report.json or profile.json of an earlier run of validate-data in ${location}, found ${files.map(({ name }) => name).join(', ')}`,
    );
  return {
    name: location,
    report: report && (await loadDocument<ValidationDocument>(runtime, 'validation', report)),
    profile: profile && (await loadDocument<ProfileDocument>(runtime, 'profile', profile)),
  };
}
