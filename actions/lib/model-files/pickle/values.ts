/** What is known of a value that a pickle would make, without making it. */
export type Value =
  | { readonly kind: 'opaque' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  | GlobalName
  | { readonly kind: 'tuple'; readonly items: readonly Value[] }
  | { readonly kind: 'dict'; readonly entries: Map<string, Value> }
  | MadeValue;

/** A name that is looked up in a module. */
export interface GlobalName {
  readonly kind: 'global';
  readonly module: string;
  readonly name: string;
}

/** An instance of a class whose state decides how the file goes on: arrays and their types. */
export interface MadeValue {
  readonly kind: 'made';
  readonly by: GlobalName;
  readonly args: Value;
  state: Value;
}

/** A value of which nothing matters, and which is certainly no text. */
export const OPAQUE: Value = { kind: 'opaque' };

/** A value that can be anything, texts included: what calls give, and texts that are too long to be names. */
export const UNKNOWN: Value = { kind: 'unknown' };

export const textOf = (value: Value | undefined): string | undefined =>
  value?.kind === 'text' ? value.text : undefined;

export const numberOf = (value: Value | undefined): number | undefined =>
  value?.kind === 'number' ? value.value : undefined;
