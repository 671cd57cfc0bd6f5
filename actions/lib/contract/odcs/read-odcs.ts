import type { Validate } from '../../schema/compile-schema.ts';
import { type ParsedText, pathText, type ValuePath } from '../../schema/parsed-text.ts';
import { loadedCompiler } from '../../schema/schema-compiler.ts';
import { satisfiesSchema } from '../../schema/schema-walk.ts';
import type { Contract, ContractTable, ReadOptions } from '../contract.ts';
import { isRecord, items, refusal, text, uncheckedNote } from '../fields.ts';
import odcs from '../odcs-v3.1.0.schema.json' with { type: 'json' };
import { refuseUnplannable } from '../plan-rules.ts';
import { Problems } from '../problems.ts';
import type { Definitions, TableNames } from '../rule-context.ts';
import { type ObjectDraft, readObject } from './read-object.ts';
import { readObjectRules } from './read-object-rules.ts';
import { type ReferenceNames, referenceIds } from './relationships.ts';
import { readServer } from './servers.ts';
import { readServiceLevel, serviceLevels } from './service-levels.ts';

let compiled: Validate | undefined;

/**
 * Holds a document to the standard's own JSON Schema. It is written for draft 2019-09; of what that draft has and
 * 2020-12 has not, it uses nothing. Compiling it takes long, so that it is done only to say what is wrong.
 */
const validate: Validate = (document) => {
  const value = isNewer(document) ? { ...document, apiVersion: 'v3.1.0' } : document;
  if (satisfiesSchema(odcs, value)) return [];
  compiled ??= loadedCompiler()(
    { ...odcs, $schema: 'https://json-schema.org/draft/2020-12/schema' },
    'ODCS v3.1.0',
    { allProblems: true },
  );
  return compiled(value);
};

/** Later minor versions of the standard add keys; what v3.1 has they have too. */
const isNewer = (document: unknown): document is Readonly<Record<string, unknown>> =>
  isRecord(document) && /^v3\.([2-9]|\d{2,})\.\d+$/.test(String(document['apiVersion']));

/**
 * Reads a contract in the Open Data Contract Standard v3.
 *
 * @throws ActionError invalid-file with a line for every problem
 */
export function readOdcs(document: ParsedText, definitions: Definitions, options: ReadOptions): Contract {
  const problems = new Problems();
  const unchecked: string[] = [];
  problems.attempt(() => refuseOldVersion(document), undefined);
  problems.throwIfAny();
  problems.attempt(() => refuseNoObjects(document), undefined);
  if (isNewer(document.value))
    unchecked.push(
      uncheckedNote(
        document,
        ['apiVersion'],
        `${text(document, ['apiVersion'])} is newer than v3.1.0, as which the contract is read`,
      ),
    );
  const objects = items(document, ['schema']);
  const server = readServer(document, options.server, objects.length === 1, unchecked);
  const drafts = objects.map((path) => readObject(document, path, server, problems, unchecked));
  const names = drafts.map(({ names: own }) => own);
  problems.attempt(() => refuseTwins(document, names), undefined);
  const references: ReferenceNames = { tables: names, byId: referenceIds(document, names) };
  const tables = drafts.map((draft) =>
    tableOf(document, draft, references, definitions, problems, unchecked),
  );
  problems.addSchema(document, validate);
  problems.throwIfAny();
  return {
    format: 'odcs',
    id: text(document, ['id']) ?? '',
    version: text(document, ['version']) ?? '',
    filesFrom: 'workspace',
    tables,
    unchecked,
  };
}

function tableOf(
  document: ParsedText,
  draft: ObjectDraft,
  references: ReferenceNames,
  definitions: Definitions,
  problems: Problems,
  unchecked: string[],
): ContractTable {
  const rules = readObjectRules(document, draft, { references, definitions }, problems, unchecked);
  const { tables } = references;
  const first = tables[0] === draft.names;
  const levels = serviceLevels(document).flatMap((path) =>
    problems.attempt(() => readServiceLevel(document, path, tables, first ? unchecked : []), []),
  );
  const own = levels.filter(({ table }) => table === draft.names.name).map(({ rule }) => rule);
  const all = [...rules, ...own];
  refuseUnplannable(all, draft.table.spec, definitions, problems);
  // An object whose only demand could not be read asks for something.
  if (all.length === 0 && !problems.within(draft.path))
    problems.attempt(() => {
      throw refusal(
        document,
        draft.path,
        'this object asks for nothing, so that any data would pass; give it properties or quality rules',
      );
    }, undefined);
  return { ...draft.table, rules: all };
}

function refuseOldVersion(document: ParsedText): void {
  const version = text(document, ['apiVersion']);
  if (version === undefined || !/^v?[0-2]\./.test(version)) return;
  throw refusal(
    document,
    ['apiVersion'],
    `ODCS ${version} has another layout; v3 is read, and best written as v3.1.0 (https://bitol-io.github.io/open-data-contract-standard/)`,
  );
}

function refuseNoObjects(document: ParsedText): void {
  if (items(document, ['schema']).length > 0) return;
  throw refusal(
    document,
    ['schema'],
    'the contract describes no data, so that any data would pass; "schema" needs at least one object',
  );
}

function refuseTwins(document: ParsedText, tables: readonly TableNames[]): void {
  for (const [index, { name }] of tables.entries()) {
    const first = tables.findIndex((table) => table.name === name);
    const path: ValuePath = ['schema', index, 'name'];
    if (first !== index)
      throw refusal(
        document,
        path,
        `the object "${name}" stands here again, first at ${document.at(['schema', first, 'name'])} (${pathText(['schema', first])})`,
      );
  }
}
