import type { Fields } from '../schema/fields.ts';

/** An object that remembers which of its keys were looked at, so that what nobody read can be told. */
export interface WatchedFields {
  readonly fields: Fields;
  /** Keys with a value that nobody looked at. */
  unread(): readonly string[];
}

/** Watches the keys of an object. */
export function watched(given: Fields): WatchedFields {
  const read = new Set<string>();
  const own: Fields = Object.freeze(Object.fromEntries(Object.entries(given)));
  const fields = new Proxy(own, {
    get(target, key) {
      if (typeof key !== 'string' || !Object.hasOwn(target, key)) return undefined;
      read.add(key);
      return target[key];
    },
  });
  return {
    fields,
    unread: () =>
      Object.keys(own).filter((key) => !read.has(key) && own[key] !== null && own[key] !== undefined),
  };
}
