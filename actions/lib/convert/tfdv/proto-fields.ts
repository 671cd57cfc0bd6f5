import type { ProtoMessage, ProtoValue } from './text-proto.ts';
import { ProtoName } from './text-proto.ts';

/** The last value of a field, which is the one that counts where a field is not repeated. */
export const lastOf = (message: ProtoMessage, field: string): ProtoValue | undefined =>
  Object.hasOwn(message, field) ? message[field]?.at(-1) : undefined;

/** All values of a field. */
export const allOf = (message: ProtoMessage, field: string): readonly ProtoValue[] =>
  Object.hasOwn(message, field) ? (message[field] ?? []) : [];

/** Whether a value is a message. */
export const isMessage = (value: ProtoValue | undefined): value is ProtoMessage =>
  typeof value === 'object' && !(value instanceof ProtoName);

/** The message a field holds. */
export function messageOf(message: ProtoMessage, field: string): ProtoMessage | undefined {
  const value = lastOf(message, field);
  return isMessage(value) ? value : undefined;
}

/** The number a field holds; infinities are none. */
export function numberOf(message: ProtoMessage, field: string): number | undefined {
  const value = lastOf(message, field);
  return typeof value === 'number' ? value : undefined;
}

/** The text a field holds. */
export function textOf(message: ProtoMessage, field: string): string | undefined {
  const value = lastOf(message, field);
  return typeof value === 'string' ? value : undefined;
}

/** The word (of an enumeration, `true`) a field holds. */
export function wordOf(message: ProtoMessage, field: string): string | undefined {
  const value = lastOf(message, field);
  return value instanceof ProtoName ? value.word : undefined;
}
