import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import { isRecord, valueAt } from '../fields.ts';
import { dataTypes, idOf, property, reference, textOf, values } from './nodes.ts';

/** A field of a record set, before anything is made of it. */
export interface FieldNode {
  readonly path: ValuePath;
  readonly id: string;
  readonly recordSet: string;
  /** The FileObject or FileSet it is read from. */
  readonly source?: string;
  /** The column it is read from. */
  readonly column?: string;
  /** The property of the file it is read from: `fullpath`, `filename`. */
  readonly fileProperty?: string;
  /** Something is done to the column's values before they are the field's. */
  readonly transformed: boolean;
  /** What picks a part of the value. */
  readonly regex?: string;
  /** Id of the field whose values its own are among. */
  readonly references?: string;
}

/** A record set, before anything is made of it. */
export interface RecordSetNode {
  readonly path: ValuePath;
  readonly id: string;
  readonly fields: readonly FieldNode[];
  readonly isSplit: boolean;
  /** Records that stand in the metadata. */
  readonly data: readonly Readonly<Record<string, unknown>>[];
  /** Ids of the fields that identify a record. */
  readonly key: readonly string[];
}

/** The record sets of a data set. */
export const readRecordSets = (document: ParsedText): readonly RecordSetNode[] =>
  values(document, [], 'recordSet').map((path) => {
    const id = idOf(document, path);
    const data = valueAt(document, property(document, path, 'data'));
    return {
      path,
      id,
      fields: values(document, path, 'field').map((field) => readFieldNode(document, field, id)),
      isSplit: dataTypes(document, path).includes('Split'),
      data: Array.isArray(data) ? data.filter(isRecord) : [],
      key: values(document, path, 'key').map((at) => qualified(reference(document, at) ?? '', id)),
    };
  });

/** Fields are named with their record set, `images/id`; some files leave it out. */
const qualified = (id: string, recordSet: string): string =>
  id.startsWith(`${recordSet}/`) ? id : `${recordSet}/${id}`;

function readFieldNode(document: ParsedText, path: ValuePath, recordSet: string): FieldNode {
  const source = property(document, path, 'source');
  const extract = property(document, source, 'extract');
  const transforms = values(document, source, 'transform');
  const optional = <K extends string>(key: K, value: string | undefined) =>
    (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: string };
  const from = ['fileObject', 'fileSet', 'distribution']
    .map((key) => reference(document, property(document, source, key)))
    .find((id) => id !== undefined);
  const target = property(document, path, 'references');
  const referenced = reference(document, property(document, target, 'field')) ?? reference(document, target);
  return {
    path,
    id: qualified(idOf(document, path), recordSet),
    recordSet,
    transformed:
      transforms.length > 0 || valueAt(document, property(document, extract, 'jsonPath')) !== undefined,
    ...optional('source', from),
    ...optional('column', textOf(document, extract, 'column') ?? textOf(document, extract, 'csvColumn')),
    ...optional('fileProperty', textOf(document, extract, 'fileProperty')),
    ...optional(
      'regex',
      transforms.map((at) => textOf(document, at, 'regex')).find((regex) => regex !== undefined),
    ),
    ...optional('references', referenced),
  };
}

/** The values that a record set's inline records have in a field; none when it has no inline records. */
export function inlineValues(
  { data, id }: RecordSetNode,
  field: string,
): readonly (string | number | boolean)[] {
  const short = field.startsWith(`${id}/`) ? field.slice(id.length + 1) : field;
  return data
    .map((record) => record[field] ?? record[short])
    .filter((value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean');
}
