/** An object of a document whose shape is not known yet. */
export type Fields = { readonly [key: string]: unknown };

/** Whether a value is an object with keys. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object that a value is; an empty one for anything else. */
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

/** The list that a value is; an empty one for anything else. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The text that a value is. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
