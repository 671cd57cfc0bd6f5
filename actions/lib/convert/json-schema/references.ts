import { ActionError } from '../../errors.ts';
import { type Fields, fieldsOf, isFields, textOf } from '../../schema/fields.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';

/** A schema and where it stands. */
export interface PlacedSchema {
  readonly schema: Fields;
  readonly path: ValuePath;
}

/** References that lead from one to the next, at most. */
const MAX_STEPS = 20;

/**
 * Follows `$ref` inside the document. Keywords beside it hold as well.
 *
 * @throws ActionError invalid-file for a reference to another file, to nothing, or in a circle
 */
export function resolved(document: ParsedText, start: PlacedSchema): PlacedSchema {
  let { schema, path } = start;
  for (let step = 0; ; step++) {
    const reference = textOf(schema['$ref']);
    if (reference === undefined) return { schema, path };
    if (step === MAX_STEPS) throw refused(document, path, 'references lead in a circle');
    const target = targetOf(document, reference, path);
    const { $ref: _, ...beside } = schema;
    [schema, path] = [{ ...target.schema, ...beside }, target.path];
  }
}

function targetOf(document: ParsedText, reference: string, from: ValuePath): PlacedSchema {
  if (!reference.startsWith('#'))
    throw refused(
      document,
      from,
      `the reference ${JSON.stringify(reference)} leads to another file; nothing is fetched, so put the schema in`,
    );
  const path = reference
    .slice(1)
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'));
  let value: unknown = document.value;
  for (const part of path)
    value = Object.getOwnPropertyDescriptor(Array.isArray(value) ? value : fieldsOf(value), part)?.value;
  if (!isFields(value))
    throw refused(document, from, `the reference ${JSON.stringify(reference)} leads to no schema`);
  return { schema: value, path };
}

const refused = (document: ParsedText, path: ValuePath, message: string): ActionError =>
  new ActionError('invalid-file', `${document.at([...path, '$ref'])}: ${message}`);
