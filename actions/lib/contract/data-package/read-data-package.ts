import type { Rule } from '../../checks/check.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import { NONE } from '../../stats/threshold.ts';
import type { Contract, ContractTable, ReadOptions } from '../contract.ts';
import { parseContractText } from '../contract-document.ts';
import { declaredRules, tableSpec } from '../declared-table.ts';
import {
  items,
  leavesFolder,
  number,
  refusal,
  shown,
  text,
  textList,
  uncheckedNote,
  valueAt,
} from '../fields.ts';
import { refuseUnplannable } from '../plan-rules.ts';
import { Problems } from '../problems.ts';
import type { Definitions } from '../rule-context.ts';
import { type ReadDialect, readDialect } from './dialect.ts';
import { foreignKeyRules, readTableSchema, type SchemaDraft, uniqueKeyRules } from './read-table-schema.ts';

/** A resource of a package that has a schema. */
interface Resource extends ReadDialect {
  readonly path: ValuePath;
  readonly files: readonly string[];
  readonly schema: SchemaDraft;
}

/**
 * Reads a data package of Frictionless Data (v1 or v2), or the descriptor of one resource.
 *
 * @throws ActionError invalid-file with a line for every problem
 */
export function readDataPackage(
  document: ParsedText,
  definitions: Definitions,
  { references = new Map() }: ReadOptions,
): Contract {
  const problems = new Problems();
  const unchecked: string[] = [];
  const paths = valueAt(document, ['resources']) === undefined ? [[]] : items(document, ['resources']);
  const resources = paths.flatMap((path) =>
    problems.attempt(() => readResource(document, path, references, problems, unchecked), []),
  );
  noteWithoutSchema(document, paths, unchecked);
  noteOtherHashes(document, resources, unchecked);
  const declared = resources.map(({ schema }) => schema.declared);
  const tables = resources.map(
    (resource): ContractTable => ({
      ...tableOf(resource.schema, [
        ...integrityRules(document, resource),
        ...declaredRules(resource.schema.declared),
        ...uniqueKeyRules(resource.schema, problems),
        ...foreignKeyRules(resource.schema, declared, problems, unchecked),
      ]),
      nullTexts: [...new Set([...resource.schema.nullTexts, ...resource.nullTexts])],
      files: resource.files,
      dialect: resource.dialect,
    }),
  );
  for (const { rules, spec } of tables) refuseUnplannable(rules, spec, definitions, problems);
  problems.attempt(() => refuseEmpty(document, tables), undefined);
  problems.attempt(() => refuseTwins(document, tables), undefined);
  problems.throwIfAny();
  return {
    format: 'data-package',
    id: text(document, ['name']) ?? text(document, ['id']) ?? '',
    version: text(document, ['version']) ?? '',
    filesFrom: 'contract',
    tables,
    unchecked,
  };
}

/**
 * Reads a Table Schema (v1 or v2) on its own: one table, whose name is that of the file.
 *
 * @throws ActionError invalid-file with a line for every problem
 */
export function readLoneTableSchema(document: ParsedText, definitions: Definitions): Contract {
  const problems = new Problems();
  const unchecked: string[] = [];
  const name = text(document, ['name']) ?? (/([^/\\:]+?)(\.[^/\\:]*)?$/.exec(document.where)?.[1] || 'table');
  const schema = readTableSchema(document, [], name, problems, unchecked);
  const rules = [
    ...declaredRules(schema.declared),
    ...uniqueKeyRules(schema, problems),
    ...foreignKeyRules(schema, [schema.declared], problems, unchecked),
  ];
  const tables = [tableOf(schema, rules)];
  for (const { rules, spec } of tables) refuseUnplannable(rules, spec, definitions, problems);
  problems.attempt(() => refuseEmpty(document, tables), undefined);
  problems.throwIfAny();
  return { format: 'table-schema', id: name, version: '', filesFrom: 'contract', tables, unchecked };
}

const tableOf = ({ declared, nullTexts }: SchemaDraft, rules: readonly Rule[]): ContractTable => ({
  spec: tableSpec(declared),
  rules,
  nullTexts,
  files: [],
  splits: [],
  ...(declared.fieldsMatch && { fieldsMatch: declared.fieldsMatch }),
  primaryKey: declared.primaryKey,
  dialect: {},
});

function readResource(
  document: ParsedText,
  path: ValuePath,
  references: ReadonlyMap<string, string>,
  problems: Problems,
  unchecked: string[],
): readonly Resource[] {
  const at = [...path, 'schema'];
  const given = valueAt(document, at);
  if (given === undefined) return [];
  const name = text(document, [...path, 'name']);
  if (name === undefined || name === '')
    throw refusal(document, path, 'the resource has no name; "name" is what others refer to it by');
  const schema =
    typeof given === 'string'
      ? readTableSchema(referenced(document, at, given, references), [], name, problems, unchecked)
      : readTableSchema(document, at, name, problems, unchecked);
  const files = problems.attempt(() => readFiles(document, path, unchecked), []);
  return [{ path, files, schema, ...readDialect(document, path, unchecked) }];
}

function referenced(
  document: ParsedText,
  path: ValuePath,
  name: string,
  references: ReadonlyMap<string, string>,
): ParsedText {
  const found = references.get(name);
  if (found !== undefined) return parseContractText(found, name);
  throw refusal(
    document,
    path,
    `the schema is in another file, ${shown(name)}, which was not read; put its content here`,
  );
}

/** Paths are relative to the descriptor and stay in its folder; nothing is fetched. */
function readFiles(document: ParsedText, path: ValuePath, unchecked: string[]): readonly string[] {
  const at = [...path, 'path'];
  const value = valueAt(document, at);
  if (value === undefined) {
    unchecked.push(uncheckedNote(document, path, 'data that stands in the contract itself is not read'));
    return [];
  }
  const paths = textList(value);
  if (paths === undefined || paths.length === 0)
    throw refusal(document, at, `expected a path or a list of paths, found ${shown(value)}`);
  const outside = paths.find(leavesFolder);
  if (outside !== undefined)
    throw refusal(document, at, `the path ${shown(outside)} leaves the folder of the package`);
  const remote = paths.filter((one) => /^[a-z][a-z0-9+.-]+:\/\//i.test(one));
  for (const url of remote)
    unchecked.push(
      uncheckedNote(document, at, `nothing is fetched from ${shown(url)}; give the file to the step`),
    );
  return paths.filter((one) => !remote.includes(one));
}

/** Frictionless also allows `md5`, `sha1` and bare digests of MD5, which prove little. */
const SHA256 = /^sha256:([0-9a-f]{64})$/i;

/** The bytes and the digest that the package promises. */
function integrityRules(document: ParsedText, { path, files }: Resource): readonly Rule[] {
  const bytes = number(document, [...path, 'bytes']);
  const hash = text(document, [...path, 'hash']);
  const sha256 = SHA256.exec(hash ?? '')?.[1];
  const [file, second] = files;
  if (file === undefined || second !== undefined || (bytes === undefined && sha256 === undefined)) return [];
  return [
    {
      check: 'fileIntegrity',
      severity: 'error',
      threshold: NONE,
      arguments: {
        file,
        ...(sha256 !== undefined && { sha256: sha256.toLowerCase() }),
        ...(bytes !== undefined && { byteCount: bytes }),
      },
      at: document.at(path),
    },
  ];
}

function noteWithoutSchema(document: ParsedText, paths: readonly ValuePath[], unchecked: string[]): void {
  const without = paths.filter((path) => valueAt(document, [...path, 'schema']) === undefined);
  const names = without.map((path) => text(document, [...path, 'name']) ?? `number ${String(path.at(-1))}`);
  if (names.length === 0) return;
  const more = names.length > 10 ? `, … (${names.length})` : '';
  unchecked.push(
    uncheckedNote(
      document,
      ['resources'],
      `resources without a schema are not looked at: ${names.slice(0, 10).join(', ')}${more}`,
    ),
  );
}

function noteOtherHashes(document: ParsedText, resources: readonly Resource[], unchecked: string[]): void {
  const others = resources.filter(({ path }) => {
    const hash = text(document, [...path, 'hash']);
    return hash !== undefined && !SHA256.test(hash);
  });
  const [first] = others;
  if (first === undefined) return;
  unchecked.push(
    uncheckedNote(
      document,
      [...first.path, 'hash'],
      `only hashes of the form sha256:<64 digits> are checked; ${others.length === 1 ? 'this one is' : `this one and ${others.length - 1} more are`} not`,
    ),
  );
}

function refuseEmpty(document: ParsedText, tables: readonly ContractTable[]): void {
  if (tables.some(({ rules }) => rules.length > 0)) return;
  throw refusal(
    document,
    tables.length === 0 ? ['resources'] : [],
    'the contract asks for nothing, so that any data would pass; it needs a schema with fields',
  );
}

function refuseTwins(document: ParsedText, tables: readonly ContractTable[]): void {
  const names = tables.map(({ spec }) => spec.name);
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin !== undefined)
    throw refusal(document, ['resources'], `two resources have the name "${twin}"; names are unique`);
}
