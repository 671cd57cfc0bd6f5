import { fullFormats } from 'ajv-formats/dist/formats.js';

/**
 * A small interpreter of JSON Schema that only says whether a value satisfies a schema. It is done before a compiler
 * would have begun: the schema of contracts takes ajv about ten times the start of Node, those of our documents three
 * times. Why a value does not satisfy a schema is asked of ajv, and only then.
 */
type Schema = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names of the properties that a schema looked at; `undefined` when the value does not satisfy it. */
type Seen = ReadonlySet<string> | undefined;

const NOTHING: ReadonlySet<string> = new Set();

/** Where references lead. */
interface Walk {
  readonly root: Schema;
  readonly others: readonly Schema[];
}

type Keyword = (walk: Walk, argument: unknown, value: unknown, schema: Schema) => Seen;

/**
 * Whether a value satisfies a JSON Schema. Of drafts 2019-09 and 2020-12 it knows what our schemas and the standard's
 * use.
 *
 * @param others - schemas that references lead to, by the last part of their `$id`
 * @throws Error for a keyword it does not know
 */
export const satisfiesSchema = (schema: Schema, value: unknown, others: readonly Schema[] = []): boolean =>
  evaluate({ root: schema, others }, schema, value) !== undefined;

function evaluate(walk: Walk, schema: unknown, value: unknown): Seen {
  if (typeof schema === 'boolean') return schema ? NOTHING : undefined;
  if (!isRecord(schema)) throw new Error('a JSON Schema is an object or a boolean');
  let seen: Set<string> | undefined;
  for (const [keyword, argument] of keywordsOf(schema)) {
    const found = keyword(walk, argument, value, schema);
    if (found === undefined) return undefined;
    if (found.size > 0) seen = union(seen, found);
  }
  return unevaluated(walk, schema, value, seen ?? NOTHING);
}

const known = new WeakMap<Schema, readonly (readonly [Keyword, argument: unknown])[]>();

/** The keywords of a schema that say something of values; a list of a million items asks for them as often. */
function keywordsOf(schema: Schema): readonly (readonly [Keyword, argument: unknown])[] {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const found = Object.entries(schema)
    .filter(([name]) => !ANNOTATIONS.has(name))
    .map(([name, argument]) => [keywordNamed(name), argument] as const);
  known.set(schema, found);
  return found;
}

function keywordNamed(name: string): Keyword {
  const keyword = KEYWORDS.get(name);
  if (keyword === undefined) throw new Error(`the schema uses the keyword ${name}, which is not known here`);
  return keyword;
}

/** @param seen - is added to */
function union(seen: Set<string> | undefined, found: ReadonlySet<string>): Set<string> {
  if (seen === undefined) return new Set(found);
  for (const key of found) seen.add(key);
  return seen;
}

/** `unevaluatedProperties` comes last: it is about what all other keywords left. */
function unevaluated(walk: Walk, schema: Schema, value: unknown, seen: ReadonlySet<string>): Seen {
  const rule = schema['unevaluatedProperties'];
  if (rule === undefined || !isRecord(value)) return seen;
  const left = Object.keys(value).filter((key) => !seen.has(key));
  return left.every((key) => evaluate(walk, rule, value[key]) !== undefined)
    ? new Set([...seen, ...left])
    : undefined;
}

const when = (holds: boolean): Seen => (holds ? NOTHING : undefined);

/** Joins what several schemas saw; `undefined` when one is not satisfied. */
function all(results: Iterable<Seen>): Seen {
  const seen = new Set<string>();
  for (const result of results) {
    if (result === undefined) return undefined;
    for (const key of result) seen.add(key);
  }
  return seen;
}

const listOf = (argument: unknown): readonly unknown[] => (Array.isArray(argument) ? argument : [argument]);
const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : Number.NaN);
const same = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && canonical(a) === canonical(b));

/** Long lists hold the same few numbers again and again, which are all as good as the first. */
const different = (items: readonly unknown[]): readonly unknown[] =>
  items.length < 64 ? items : [...new Set(items)];

/** One text for equal values, whatever the order of their keys. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    isRecord(item) ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1))) : item,
  );

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: (value) => Array.isArray(value),
  object: isRecord,
};

/** @param holds - asked of values of the type that a keyword is about; all others satisfy it */
const onNumbers =
  (holds: (value: number, limit: number) => boolean): Keyword =>
  (_walk, limit, value) =>
    when(typeof value !== 'number' || holds(value, Number(limit)));
const onTexts =
  (holds: (length: number, limit: number) => boolean): Keyword =>
  (_walk, limit, value) =>
    when(typeof value !== 'string' || holds([...value].length, Number(limit)));
const onLists =
  (holds: (length: number, limit: number) => boolean): Keyword =>
  (_walk, limit, value) =>
    when(!Array.isArray(value) || holds(lengthOf(value), Number(limit)));

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ['$ref', follow],
  ['type', (_walk, names, value) => when(listOf(names).some((name) => TYPES[String(name)]?.(value)))],
  ['enum', (_walk, choices, value) => when(listOf(choices).some((choice) => same(choice, value)))],
  ['const', (_walk, wanted, value) => when(same(wanted, value))],
  [
    'pattern',
    (_walk, source, value) => when(typeof value !== 'string' || new RegExp(String(source), 'u').test(value)),
  ],
  ['format', (_walk, name, value) => when(typeof value !== 'string' || hasFormat(String(name), value))],
  ['minimum', onNumbers((value, limit) => value >= limit)],
  ['maximum', onNumbers((value, limit) => value <= limit)],
  ['exclusiveMinimum', onNumbers((value, limit) => value > limit)],
  ['exclusiveMaximum', onNumbers((value, limit) => value < limit)],
  ['minLength', onTexts((length, limit) => length >= limit)],
  ['maxLength', onTexts((length, limit) => length <= limit)],
  ['minItems', onLists((length, limit) => length >= limit)],
  ['maxItems', onLists((length, limit) => length <= limit)],
  [
    'uniqueItems',
    (_walk, wanted, value) =>
      when(wanted !== true || !Array.isArray(value) || new Set(value.map(canonical)).size === value.length),
  ],
  [
    'required',
    (_walk, names, value) =>
      when(!isRecord(value) || listOf(names).every((name) => Object.hasOwn(value, String(name)))),
  ],
  [
    'minProperties',
    (_walk, limit, value) => when(!isRecord(value) || Object.keys(value).length >= Number(limit)),
  ],
  ['properties', properties],
  ['additionalProperties', additionalProperties],
  [
    'items',
    (walk, rule, value) =>
      when(
        !Array.isArray(value) || different(value).every((item) => evaluate(walk, rule, item) !== undefined),
      ),
  ],
  ['allOf', (walk, rules, value) => all(listOf(rules).map((rule) => evaluate(walk, rule, value)))],
  [
    'anyOf',
    (walk, rules, value) => {
      const found = listOf(rules).map((rule) => evaluate(walk, rule, value));
      return found.some((seen) => seen !== undefined)
        ? all(found.filter((seen) => seen !== undefined))
        : undefined;
    },
  ],
  [
    'oneOf',
    (walk, rules, value) => {
      const found = listOf(rules).map((rule) => evaluate(walk, rule, value));
      const [first, second] = found.filter((seen) => seen !== undefined);
      return second === undefined ? first : undefined;
    },
  ],
  ['not', (walk, rule, value) => when(evaluate(walk, rule, value) === undefined)],
  ['if', conditional],
]);

/** Keywords that describe, and those that others look at. */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$defs',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'then',
  'else',
  'unevaluatedProperties',
]);

function properties(walk: Walk, rules: unknown, value: unknown): Seen {
  if (!isRecord(value) || !isRecord(rules)) return NOTHING;
  const there = Object.keys(value).filter((key) => Object.hasOwn(rules, key));
  return there.every((key) => evaluate(walk, rules[key], value[key]) !== undefined)
    ? new Set(there)
    : undefined;
}

function additionalProperties(walk: Walk, rule: unknown, value: unknown, schema: Schema): Seen {
  if (!isRecord(value)) return NOTHING;
  const known = isRecord(schema['properties']) ? schema['properties'] : {};
  const others = Object.keys(value).filter((key) => !Object.hasOwn(known, key));
  return others.every((key) => evaluate(walk, rule, value[key]) !== undefined) ? new Set(others) : undefined;
}

function conditional(walk: Walk, condition: unknown, value: unknown, schema: Schema): Seen {
  const seen = evaluate(walk, condition, value);
  const branch = schema[seen === undefined ? 'else' : 'then'];
  return all([seen ?? NOTHING, branch === undefined ? NOTHING : evaluate(walk, branch, value)]);
}

/** Holds a value to the schema that a reference leads to: `#/$defs/Server`, `envelope.json#/$defs/digest`. */
function follow(walk: Walk, reference: unknown, value: unknown): Seen {
  const [file = '', pointer = ''] = String(reference).split('#');
  const root =
    file === '' ? walk.root : walk.others.find((other) => String(other['$id']).endsWith(`/${file}`));
  let found: unknown = root;
  for (const part of pointer.split('/').slice(1))
    found = isRecord(found) ? found[part.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  if (root === undefined || found === undefined)
    throw new Error(`the reference ${String(reference)} leads nowhere`);
  return evaluate(root === walk.root ? walk : { ...walk, root }, found, value);
}

/** Whether a text has a format of JSON Schema, as ajv would say. */
export function hasFormat(name: string, text: string): boolean {
  const format: unknown = isFormat(name) ? fullFormats[name] : undefined;
  if (format === undefined) throw new Error(`the format ${name} is not known here`);
  return matches(format, text);
}

function matches(format: unknown, text: string): boolean {
  if (typeof format === 'boolean') return format;
  if (format instanceof RegExp) return format.test(text);
  if (typeof format === 'function') return format(text) === true;
  return isRecord(format) ? matches(format['validate'], text) : true;
}

/** The names of the formats that texts can be held to; `int32` and its like are about numbers. */
export const FORMATS: readonly string[] = Object.entries(fullFormats)
  .filter(([, format]) => !(isRecord(format) && format['type'] === 'number'))
  .map(([name]) => name);

/** Whether a name is one of a format that texts can be held to. */
export const isFormat = (name: string): name is keyof typeof fullFormats => FORMATS.includes(name);
