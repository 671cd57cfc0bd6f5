import type { Measurement } from './measurement.ts';

type Found = { readonly kind: 'found'; readonly value: unknown } | { readonly kind: 'missing' };

const MISSING: Found = { kind: 'missing' };

/** The value at a JSON pointer (RFC 6901). */
export function atPointer(document: unknown, pointer: string): Found {
  let value = document;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return MISSING;
    if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(key)) return MISSING;
    value = Object.getOwnPropertyDescriptor(value, key)?.value;
  }
  return { kind: 'found', value };
}

/** Texts that stand for "no number" where JSON cannot hold one. */
const NO_NUMBER = /^\s*$|^[+-]?(nan|inf|infinity)$/i;

/**
 * The number at a JSON pointer. Nothing there, `null`, and what stands for NaN or an infinity are no data; any other
 * value that is not a number means that the pointer is wrong.
 */
export function readNumber(document: unknown, pointer: string): Exclude<Measurement, { kind: 'said' }> {
  const found = atPointer(document, pointer);
  if (found.kind === 'missing' || found.value === null)
    return { kind: 'no-data', message: `the answer has nothing at ${pointer || 'its root'}` };
  const { value } = found;
  if (typeof value === 'number')
    return Number.isFinite(value)
      ? { kind: 'value', value, samples: undefined }
      : { kind: 'no-data', message: `${value} at ${pointer}` };
  if (typeof value === 'string' && NO_NUMBER.test(value))
    return { kind: 'no-data', message: `${JSON.stringify(value)} at ${pointer}` };
  const type = Array.isArray(value)
    ? 'a list'
    : typeof value === 'object'
      ? 'an object'
      : `a ${typeof value}`;
  return { kind: 'misconfigured', message: `expected a number at ${pointer || 'the root'}, found ${type}` };
}
