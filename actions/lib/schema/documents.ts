import envelope from '../documents/envelope.schema.json' with { type: 'json' };
import type { DocumentKind, Envelope } from '../documents/envelope.ts';
import gate from '../documents/gate.schema.json' with { type: 'json' };
import metrics from '../documents/metrics.schema.json' with { type: 'json' };
import part from '../documents/part.schema.json' with { type: 'json' };
import profile from '../documents/profile.schema.json' with { type: 'json' };
import promotion from '../documents/promotion.schema.json' with { type: 'json' };
import rollback from '../documents/rollback.schema.json' with { type: 'json' };
import validation from '../documents/validation.schema.json' with { type: 'json' };
import { ActionError } from '../errors.ts';
import { checkAgainstSchema } from './check-against-schema.ts';
import type { Validate } from './compile-schema.ts';
import { parseJsonStrict } from './json.ts';
import { pathText } from './parsed-text.ts';
import { loadedCompiler } from './schema-compiler.ts';
import { satisfiesSchema } from './schema-walk.ts';

const SCHEMAS: Readonly<Record<DocumentKind, Readonly<Record<string, unknown>>>> = {
  gate,
  metrics,
  part,
  profile,
  promotion,
  rollback,
  validation,
};
const SCHEMA_NAME = /^mlops-actions\/([a-z]+)\/v(\d+)$/;

/** Documents that are long and for programs: indentation would double them. */
const COMPACT = /\/(part|profile)\//;

/** Schemas that those of documents refer to. */
const SHARED = [envelope, profile];

const compiled = new Map<DocumentKind, Validate>();

/** Says what is wrong with documents of a kind; compiles its schema when something is. */
const validatorOf =
  (kind: DocumentKind): Validate =>
  (value) =>
    satisfiesSchema(SCHEMAS[kind], value, SHARED) ? [] : compiledFor(kind)(value);

function compiledFor(kind: DocumentKind): Validate {
  const known = compiled.get(kind);
  if (known) return known;
  const validate = loadedCompiler()(SCHEMAS[kind], `${kind}.schema.json`, {
    references: SHARED.filter((shared) => shared !== SCHEMAS[kind]),
    allProblems: true,
  });
  compiled.set(kind, validate);
  return validate;
}

/**
 * Reads one of our documents and holds it against the schema of its kind. The type parameter is the type that the
 * schema describes.
 *
 * @param where - name of the text for messages
 * @throws ActionError invalid-document with the place of every problem; invalid-file for a text that is not JSON
 * @throws CompilerMissing for a document with problems before the compiler is loaded: call it in `withCompiler`
 */
export function readDocument<D extends Envelope>(kind: KindOf<D>, text: string, where: string): D {
  const parsed = parseJsonStrict(text, where, { largeIntegers: 'nearest' });
  refuseOtherKind(kind, parsed.value, where);
  checkAgainstSchema(parsed, validatorOf(kind), 'invalid-document');
  return parsed.value as D;
}

/** The kind of document that a type of document is. */
export type KindOf<D extends Envelope> = D extends Envelope<infer K> ? K : never;

/**
 * One of our documents as JSON text, after a check against its schema.
 *
 * @throws Error for a document that breaks its own schema, which is a bug of ours; RangeError for a number that is
 * not finite; CompilerMissing as `readDocument`
 */
export function writeDocument(document: Envelope): string {
  const text = `${JSON.stringify(document, refuseNonFinite, COMPACT.test(document.schema) ? 0 : 2)}\n`;
  const kind = kindOf(document.schema);
  if (!kind) throw new Error(`not one of our documents: ${document.schema}`);
  const problems = validatorOf(kind)(JSON.parse(text));
  if (problems.length === 0) return text;
  const lines = problems.map(({ path, message }) => `${pathText(path)}: ${message}`);
  throw new Error(`a ${kind} document breaks its own schema:\n${lines.join('\n')}`);
}

function refuseNonFinite(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(`a document cannot hold ${value} (key "${key}")`);
  return value;
}

const kindOf = (schema: string): DocumentKind | undefined => {
  const name = SCHEMA_NAME.exec(schema)?.[1];
  return KINDS.find((kind) => kind === name);
};

const KINDS: readonly DocumentKind[] = [
  'gate',
  'metrics',
  'part',
  'profile',
  'promotion',
  'rollback',
  'validation',
];

/** Says what a document is when it is another one than asked for, rather than listing every key it lacks. */
function refuseOtherKind(kind: DocumentKind, value: unknown, where: string): void {
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  const expected = `expected a ${kind} document (schema "mlops-actions/${kind}/v1")`;
  if (typeof schema !== 'string')
    throw new ActionError('invalid-document', `${where}: ${expected}, found JSON without the key "schema"`);
  const [, found, version] = SCHEMA_NAME.exec(schema) ?? [];
  if (found === kind && version !== undefined && Number(version) > 1)
    throw new ActionError(
      'invalid-document',
      `${where}: ${expected}, found version ${version}: written by a newer version of the actions; use that one to read it`,
    );
  if (found !== kind)
    throw new ActionError('invalid-document', `${where}: ${expected}, found ${JSON.stringify(schema)}`);
}
