import type { ParsedText } from '../../schema/parsed-text.ts';
import type { ColumnType } from '../../tabular/column-type.ts';
import type { DeclaredColumn } from '../declared-table.ts';
import { shown, uncheckedNote, valueAt } from '../fields.ts';
import { isTemporal } from '../type-options.ts';
import { type DataType, dataTypeOf, dateFormat } from './data-types.ts';
import { dataTypes, property, textOf, values } from './nodes.ts';
import type { FieldNode } from './record-sets.ts';

/**
 * Makes a column of a field that is read from one.
 *
 * @param allowed - the only values it may have, as far as it refers to values in the metadata
 * @param unchecked - gets a line for each part that is not checked
 */
export function readField(
  document: ParsedText,
  field: FieldNode & { readonly column: string },
  allowed: readonly (string | number | boolean)[],
  unchecked: string[],
): DeclaredColumn {
  const { path } = field;
  const names = dataTypes(document, path);
  const why = whyUnread(document, field);
  const known = why === undefined ? dataTypeOf(names) : undefined;
  const read = readType(document, field, known);
  const loss = why ?? read.loss ?? untyped(names, known);
  if (loss !== undefined) unchecked.push(uncheckedNote(document, path, loss));
  return {
    name: field.column,
    ...(read.type && { type: read.type }),
    ...(read.format !== undefined && { format: read.format }),
    options: read.type && known ? known.options : {},
    ...(allowed.length > 0 && why === undefined && { values: allowed }),
    required: false,
    unique: false,
    classified: false,
    ...([...names, ...equivalents(document, field)].includes('Label') && { role: 'label' as const }),
    at: document.at(path),
  };
}

const untyped = (names: readonly string[], known: DataType | undefined): string | undefined =>
  known === undefined && names.length > 0
    ? `values of the type ${names.join(', ')} are not checked`
    : undefined;

/** Dates whose format is not read have no type. */
function readType(
  document: ParsedText,
  field: FieldNode,
  known: DataType | undefined,
): { readonly type?: ColumnType; readonly format?: string; readonly loss?: string } {
  if (known === undefined) return {};
  const written = isTemporal(known.type) ? formatOf(document, field) : undefined;
  if (written === undefined) return { type: known.type };
  const format = dateFormat(written);
  return format === undefined
    ? { loss: `the date format ${shown(written)} is not read` }
    : { type: known.type, format };
}

/** Why a column's cells are not the field's values. */
function whyUnread(document: ParsedText, { path, transformed }: FieldNode): string | undefined {
  if (transformed) return 'what a transformation makes of the column is not checked';
  if (values(document, path, 'subField').length > 0) return 'what is inside of nested values is not checked';
  const isList = ['repeated', 'isArray'].some(
    (key) => valueAt(document, property(document, path, key)) === true,
  );
  return isList ? 'the items of lists are not checked' : undefined;
}

const formatOf = (document: ParsedText, { path }: FieldNode): string | undefined =>
  textOf(document, property(document, path, 'source'), 'format') ?? textOf(document, path, 'format');

const equivalents = (document: ParsedText, { path }: FieldNode): readonly string[] =>
  values(document, path, 'equivalentProperty').map((at) =>
    String(valueAt(document, at)).replace(/^.*[:/#]/, ''),
  );
