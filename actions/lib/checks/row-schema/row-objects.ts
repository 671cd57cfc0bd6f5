import type { ColumnBatch } from '../../columns/column-batch.ts';
import { cellReader, typesOf } from './cell-values.ts';

/** Makes the JSON object of a row; cells without a value are left out, or `null` where the schema allows it. */
export function rowObjects(
  batch: ColumnBatch,
  properties: Readonly<Record<string, unknown>>,
): (row: number) => Record<string, unknown> {
  const { file } = batch;
  const columns = file.columns.flatMap((name) => {
    const view = batch.column(name);
    if (view === undefined) return [];
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return [
      { name, view, read: cellReader(file.format, schema), nullable: typesOf(schema).includes('null') },
    ];
  });
  return (row) => {
    const object: Record<string, unknown> = {};
    for (const { name, view, read, nullable } of columns) {
      const none = view.isNull(row);
      if (none && !nullable) continue;
      const value = none ? null : read(view, row);
      if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true });
      else object[name] = value;
    }
    return object;
  };
}
