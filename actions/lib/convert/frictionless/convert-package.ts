import { type Fields, isFields, textOf } from '../../schema/fields.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import type { ContractDraft, TableDraft } from '../contract-draft.ts';
import type { Losses } from '../losses.ts';
import { fieldsAt, listAt, noteUnknownKeys, numberOf, refusal, textAt, textsOf } from '../source-fields.ts';
import { TableBuilder } from '../table-builder.ts';
import { tableOf } from './convert-schema.ts';

/** Words for people about a package or resource. */
const PACKAGE_KEYS = [
  '$schema',
  'name',
  'title',
  'description',
  'version',
  'resources',
  'id',
  'profile',
  'created',
];
const RESOURCE_KEYS = [
  'name',
  'path',
  'title',
  'description',
  'schema',
  'profile',
  'type',
  'hash',
  'bytes',
  '$schema',
];

/** Converts a data package: each resource with a schema becomes an object. */
export function convertDataPackage(document: ParsedText, losses: Losses): ContractDraft {
  const root = fieldsAt(document, [], document.value);
  noteUnknownKeys(root, PACKAGE_KEYS, [], losses);
  const tables = listAt(document, ['resources'], root['resources']).flatMap((resource, index) =>
    convertResource(document, ['resources', index], resource, losses),
  );
  if (tables.length === 0)
    throw refusal(document, ['resources'], 'no resource has a schema of its own; put one in "schema"');
  const purpose = textOf(root['description']) ?? textOf(root['title']);
  return {
    name: textOf(root['name']) ?? 'package',
    ...(typeof root['version'] === 'string' && { version: root['version'] }),
    ...(purpose !== undefined && { purpose }),
    tables,
  };
}

function convertResource(
  document: ParsedText,
  path: ValuePath,
  value: unknown,
  losses: Losses,
): readonly TableDraft[] {
  const resource = fieldsAt(document, path, value);
  noteUnknownKeys(resource, RESOURCE_KEYS, path, losses);
  const name = textAt(document, [...path, 'name'], resource['name']);
  const schema = resource['schema'];
  if (!isFields(schema)) {
    losses.add(
      path,
      `the resource "${name}" has ${typeof schema === 'string' ? 'a schema in another file; convert that file' : 'no schema'}, and was left out`,
    );
    return [];
  }
  const table = new TableBuilder(name);
  const paths = textsOf(resource['path']);
  if (paths[0] !== undefined && paths.length === 1) table.set({ physicalName: paths[0] });
  else losses.add([...path, 'path'], 'the files of the resource go to the input "data" of the action');
  fileRule(resource, path, table, losses);
  return [tableOf(document, [...path, 'schema'], schema, table, losses)];
}

function fileRule(resource: Fields, path: ValuePath, table: TableBuilder, losses: Losses): void {
  const hash = textOf(resource['hash']);
  const sha256 = hash === undefined ? undefined : /^sha256:([0-9a-f]{64})$/i.exec(hash)?.[1];
  if (hash !== undefined && sha256 === undefined)
    losses.add([...path, 'hash'], 'only hashes of the kind sha256:… are checked; compute that one');
  const byteCount = numberOf(resource['bytes']);
  if (sha256 === undefined && byteCount === undefined) return;
  table.rules.push({
    check: 'fileIntegrity',
    arguments: {
      ...(sha256 !== undefined && { sha256: sha256.toLowerCase() }),
      ...(byteCount !== undefined && { byteCount }),
    },
    dimension: 'accuracy',
  });
}
