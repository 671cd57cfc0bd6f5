import { chooseObject } from '../lib/contract/choose-object.ts';
import type { ContractObject } from '../lib/contract/contract.ts';
import { type Digest, sha256 } from '../lib/digest.ts';
import type { ProfileDocument } from '../lib/documents/profile.ts';
import { ActionError } from '../lib/errors.ts';
import type { Validate } from '../lib/schema/compile-schema.ts';
import { loadDocument } from '../runtime/documents.ts';
import { fileNamed, type LocatedFile, locate, locateOne } from '../runtime/locations.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';

/** A contract's object that describes the data. */
export interface LoadedContract {
  readonly name: string;
  readonly digest: Digest;
  readonly object: ContractObject;
  readonly unchecked: readonly string[];
}

/** A JSON Schema for rows. */
export interface LoadedRowSchema {
  readonly name: string;
  readonly digest: Digest;
  readonly validate: Validate;
  readonly properties: Readonly<Record<string, unknown>>;
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

export interface Loaded {
  readonly files: readonly LocatedFile[];
  readonly contract: LoadedContract | undefined;
  readonly rowSchema: LoadedRowSchema | undefined;
  readonly reference: LoadedReference | undefined;
}

/** Finds the data and reads what it is to be checked against. Large parsers are loaded only where they are needed. */
export async function load(runtime: Runtime, inputs: Inputs): Promise<Loaded> {
  return {
    contract:
      inputs.contract === undefined ? undefined : await loadContract(runtime, inputs, inputs.contract),
    rowSchema: inputs.rowSchema === undefined ? undefined : await loadRowSchema(runtime, inputs.rowSchema),
    files: await locate(runtime, inputs.data),
    reference: inputs.reference === undefined ? undefined : await loadReference(runtime, inputs.reference),
  };
}

async function loadContract(runtime: Runtime, inputs: Inputs, location: string): Promise<LoadedContract> {
  const { readContract } = await import('../lib/contract/read-contract.ts');
  const file = await locateOne(runtime, location);
  const text = await runtime.files.readText(file.path);
  const contract = readContract(text, file.name);
  const object = chooseObject(contract, inputs.schemaObject, file.name);
  return { name: file.name, digest: sha256(text), object, unchecked: contract.unchecked };
}

async function loadRowSchema(runtime: Runtime, location: string): Promise<LoadedRowSchema> {
  const { compileSchema } = await import('../lib/schema/compile-schema.ts');
  const { parseJsonStrict } = await import('../lib/schema/json.ts');
  const file = await locateOne(runtime, location);
  const text = await runtime.files.readText(file.path);
  const { value } = parseJsonStrict(text, file.name);
  const validate = compileSchema(value, file.name);
  return { name: file.name, digest: sha256(text), validate, properties: propertiesOf(value) };
}

function propertiesOf(schema: unknown): Readonly<Record<string, unknown>> {
  if (typeof schema !== 'object' || schema === null || !('properties' in schema)) return {};
  const { properties } = schema;
  return typeof properties === 'object' && properties !== null ? { ...properties } : {};
}

async function loadReference(runtime: Runtime, location: string): Promise<LoadedReference> {
  const files = await locate(runtime, location);
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
