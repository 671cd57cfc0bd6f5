import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import { items, text, uncheckedNote, valueAt } from '../fields.ts';

/** A property that is a column of the data. */
export interface ColumnPlace {
  readonly path: ValuePath;
  /** Its name in the contract; of a part of a struct, the names on the way to it, joined by points. */
  readonly logical: string;
  /** Its name in the data, joined likewise. */
  readonly name: string;
}

/**
 * The columns of an object. Where structs are laid flat, as readers of Parquet and Arrow do, their parts are columns
 * and they are none.
 *
 * @param unchecked - gets a line for what is demanded of a struct as a whole
 */
export function columnPlaces(
  document: ParsedText,
  owner: ValuePath,
  laidFlat: boolean,
  unchecked: string[],
  above?: ColumnPlace,
): readonly ColumnPlace[] {
  return items(document, [...owner, 'properties']).flatMap((path) => {
    const logical = text(document, [...path, 'name']) ?? '';
    const physical = text(document, [...path, 'physicalName']) ?? logical;
    const place: ColumnPlace = {
      path,
      logical: above ? `${above.logical}.${logical}` : logical,
      name: above ? `${above.name}.${physical}` : physical,
    };
    const isStruct = items(document, [...path, 'properties']).length > 0;
    if (!isStruct || !laidFlat) return [place];
    for (const demand of ['required', 'unique', 'primaryKey', 'quality', 'relationships'])
      if ((valueAt(document, [...path, demand]) ?? false) !== false)
        unchecked.push(
          uncheckedNote(
            document,
            [...path, demand],
            'a struct is laid flat, so that nothing is checked of it as a whole',
          ),
        );
    return columnPlaces(document, path, laidFlat, unchecked, place);
  });
}

/** Whether files are of formats whose structs are laid flat. */
export const areLaidFlat = (files: readonly string[], format: string | undefined): boolean =>
  format === 'parquet' ||
  (files.length > 0 && files.every((file) => /\.(parquet|arrow|feather|ipc)$/i.test(file)));
