import type { TextRows } from '../rows.ts';

/** Remembers what was made of rows for as long as the rows are in use, since metrics of one family read texts alike. */
export function oncePerRows<Made>(make: (rows: TextRows) => Made): (rows: TextRows) => Made {
  const made = new WeakMap<TextRows, Made>();
  return (rows) => {
    const known = made.get(rows);
    if (known !== undefined) return known;
    const fresh = make(rows);
    made.set(rows, fresh);
    return fresh;
  };
}
