import { excerpt } from './excerpt.ts';

/** What a value of somebody else's JSON is, for messages. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value !== 'object') return `a ${typeof value}`;
  const keys = Object.keys(value);
  return keys.length === 0 ? 'an empty object' : `an object with ${keys.slice(0, 10).join(', ')}`;
}

/** A value of somebody else's JSON for messages: the value itself where it is short. */
export function valueOrKind(value: unknown, redact: (text: string) => string): string {
  if (typeof value === 'string') return `the text ${excerpt(value, redact)}`;
  return typeof value === 'number' ? String(value) : kindOf(value);
}

/** The value of a key of a JSON object, `undefined` where there is none. */
export const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Object.getOwnPropertyDescriptor(value, key)?.value
    : undefined;
