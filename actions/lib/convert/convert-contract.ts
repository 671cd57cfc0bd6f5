import { ActionError } from '../errors.ts';
import { type Fields, fieldsOf, isFields } from '../schema/fields.ts';
import { parseJsonStrict } from '../schema/json.ts';
import type { ParsedText } from '../schema/parsed-text.ts';
import { parseYamlStrict } from '../schema/yaml.ts';
import type { ContractDraft } from './contract-draft.ts';
import { convertDbt } from './dbt/convert-dbt.ts';
import { convertDataPackage } from './frictionless/convert-package.ts';
import { convertTableSchema } from './frictionless/convert-schema.ts';
import { convertGreatExpectations } from './great-expectations.ts';
import { convertJsonSchema } from './json-schema/convert-json-schema.ts';
import { type Losses, lossesOf } from './losses.ts';
import { convertPandera } from './pandera/convert-pandera.ts';
import { convertTfdv } from './tfdv/convert-tfdv.ts';
import { parseTextProto } from './tfdv/text-proto.ts';
import { contractText } from './write-contract.ts';

/** The formats that are converted. */
export const CONVERTED_FORMATS = [
  'table-schema',
  'datapackage',
  'json-schema',
  'dbt',
  'great-expectations',
  'tfdv',
  'pandera',
] as const;
export type ConvertedFormat = (typeof CONVERTED_FORMATS)[number];

/** A contract made from another tool's file. */
export interface ConvertedContract {
  /** In the Open Data Contract Standard v3.1. */
  readonly yaml: string;
  readonly format: ConvertedFormat;
  /** What could not be carried over: `file:line:column: place: why; what to do`. */
  readonly losses: readonly string[];
}

interface Format {
  /** In words, for messages and the heading of the contract. */
  readonly title: string;
  readonly parse: (text: string, where: string) => ParsedText;
  /** Whether an object that was read as JSON or YAML is one; absent for text protos. */
  readonly fits?: (root: Fields) => boolean;
  readonly convert: (document: ParsedText, losses: Losses) => ContractDraft;
}

const parseEither = (text: string, where: string): ParsedText =>
  /^\s*[{[]/.test(text) ? parseJsonStrict(text, where) : parseYamlStrict(text, where);

const FORMATS: Readonly<Record<ConvertedFormat, Format>> = {
  'great-expectations': {
    title: 'an expectation suite of Great Expectations',
    parse: parseEither,
    fits: (root) => Array.isArray(root['expectations']),
    convert: convertGreatExpectations,
  },
  datapackage: {
    title: 'a data package',
    parse: parseEither,
    fits: (root) => Array.isArray(root['resources']),
    convert: convertDataPackage,
  },
  'table-schema': {
    title: 'a Table Schema',
    parse: parseEither,
    fits: (root) => Array.isArray(root['fields']),
    convert: convertTableSchema,
  },
  pandera: {
    title: 'a schema of Pandera',
    parse: parseEither,
    fits: (root) => 'schema_type' in root,
    convert: convertPandera,
  },
  dbt: {
    title: 'a schema.yml of dbt',
    parse: parseEither,
    fits: (root) => ['models', 'sources', 'seeds', 'snapshots'].some((key) => Array.isArray(root[key])),
    convert: convertDbt,
  },
  'json-schema': {
    title: 'a JSON Schema',
    parse: parseEither,
    fits: (root) =>
      isFields(root['properties']) || isFields(root['items']) || '$schema' in root || '$ref' in root,
    convert: convertJsonSchema,
  },
  tfdv: { title: 'a schema of TensorFlow Data Validation', parse: parseTextProto, convert: convertTfdv },
};

/** How a text proto of a schema begins: a field of its message. */
const TEXT_PROTO =
  /^\s*(?:#[^\n]*\n\s*)*(?:feature|string_domain|int_domain|float_domain|dataset_constraints|sparse_feature|weighted_feature|default_environment|annotation)\s*(?::\s*)?[{<"]/;

/**
 * Converts the schema or tests of another tool into a contract, and lists what got lost.
 *
 * @param where - name of the text for messages
 * @param wanted - the format, or `auto` to recognise it
 * @throws ActionError invalid-file, with line and column, for a text that is not in the format
 */
export function convertContract(
  text: string,
  where: string,
  wanted: ConvertedFormat | 'auto' = 'auto',
): ConvertedContract {
  const name = wanted === 'auto' ? recognise(text, where) : wanted;
  const format = FORMATS[name];
  const document = format.parse(text, where);
  const losses = lossesOf(document);
  const draft = format.convert(document, losses);
  return {
    yaml: contractText(draft, heading(format, where, losses.lines)),
    format: name,
    losses: losses.lines,
  };
}

function recognise(text: string, where: string): ConvertedFormat {
  if (TEXT_PROTO.test(text)) return 'tfdv';
  const document = parseEither(text, where);
  const root = fieldsOf(document.value);
  if (root['kind'] === 'DataContract')
    throw new ActionError('invalid-file', `${where}: this is a contract of the standard already`);
  const found = CONVERTED_FORMATS.find((name) => FORMATS[name].fits?.(root) === true);
  if (found !== undefined) return found;
  throw new ActionError(
    'invalid-file',
    `${document.at([])}: not recognised as any of ${CONVERTED_FORMATS.map((name) => `${name} (${FORMATS[name].title})`).join(', ')}; say which it is, or check that it is complete`,
  );
}

function heading({ title }: Format, where: string, losses: readonly string[]): string {
  const lines = [`Converted from ${where}, ${title}.`];
  if (losses.length > 0)
    lines.push(`Not carried over (${losses.length}):`, ...losses.map((line) => `- ${line}`));
  return lines.join('\n');
}
