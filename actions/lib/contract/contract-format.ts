import { didYouMean } from '../nearest-name.ts';
import type { ParsedText } from '../schema/parsed-text.ts';
import type { ContractFormat } from './contract.ts';
import { isRecord, refusal, shown } from './fields.ts';

type Document = Readonly<Record<string, unknown>>;

const has = (document: Document, ...keys: readonly string[]): boolean =>
  keys.every((key) => Object.hasOwn(document, key));

const startsWith = (value: unknown, pattern: RegExp): boolean =>
  typeof value === 'string' && pattern.test(value);

/** How each format is known. */
const FORMATS: readonly (readonly [format: ContractFormat, is: (document: Document) => boolean])[] = [
  [
    'odcs',
    (document) => document['kind'] === 'DataContract' || startsWith(document['apiVersion'], /^v?\d+\.\d+/),
  ],
  [
    'croissant',
    (document) =>
      has(document, '@context') &&
      (has(document, 'recordSet') ||
        has(document, 'distribution') ||
        startsWith([document['conformsTo']].flat()[0], /croissant/i)),
  ],
  ['data-package', (document) => Array.isArray(document['resources'])],
  ['data-package', (document) => has(document, 'schema') && (has(document, 'path') || has(document, 'data'))],
  ['table-schema', (document) => Array.isArray(document['fields'])],
];

const CONVERT = 'turn it into one with "mode: convert"';

/** Files that people take for a contract, with what to do with them. */
const OTHERS: readonly (readonly [is: (document: Document) => boolean, message: string])[] = [
  [
    (document) => startsWith(document['schema'], /^mlops-actions\//),
    'this is a document that these actions write, not a contract',
  ],
  [
    (document) => has(document, 'dataContractSpecification'),
    'this is a contract of the Data Contract Specification, which ODCS follows; "datacontract export odcs" turns it into one',
  ],
  [(document) => has(document, 'expectations'), `this is a suite of Great Expectations; ${CONVERT}`],
  [
    (document) => ['models', 'sources', 'seeds'].some((key) => Array.isArray(document[key])),
    `this is a dbt schema file; ${CONVERT}`,
  ],
  [(document) => has(document, 'schema_type'), `this is a Pandera schema; ${CONVERT}`],
  [
    (document) => Array.isArray(document['feature']),
    `this is a schema of TensorFlow Data Validation; ${CONVERT}`,
  ],
  [
    (document) =>
      startsWith(document['$schema'], /json-schema\.org/) ||
      (isRecord(document['properties']) && [document['type']].flat().includes('object')),
    'this is a JSON Schema; give it as "row-schema", which holds every row to it',
  ],
  [
    (document) => Object.keys(document).some((key) => /^(checks|profile columns) for /.test(key)),
    'this is a SodaCL file, which is not read; write its checks as quality rules of an ODCS contract',
  ],
];

/** Keys that a contract begins with, to find a mistyped one. */
const MARKS = ['apiVersion', 'kind', 'resources', 'fields', '@context'];

/**
 * What kind of contract a document is.
 *
 * @throws Refusal for anything else, saying what it is where that can be told
 */
export function contractFormat(document: ParsedText): ContractFormat {
  const { value } = document;
  if (!isRecord(value))
    throw refusal(document, [], `expected a contract, an object with keys, found ${shown(value)}`);
  const found = FORMATS.find(([, is]) => is(value))?.[0];
  if (found) return found;
  const other = OTHERS.find(([is]) => is(value))?.[1];
  if (other !== undefined) throw refusal(document, [], other);
  const keys = Object.keys(value);
  const hint = keys.map((key) => didYouMean(key, MARKS)).find((words) => words !== '') ?? '';
  throw refusal(
    document,
    [],
    `not a contract that is known; expected ODCS ("kind: DataContract", "apiVersion: v3.1.0"), a data package ("resources"), a Table Schema ("fields") or Croissant ("@context" and "recordSet"), found the keys ${keys.slice(0, 10).join(', ') || 'none'}${hint}`,
  );
}
