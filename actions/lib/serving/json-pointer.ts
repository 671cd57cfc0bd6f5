import { ActionError } from '../errors.ts';

/** The value at a JSON pointer (RFC 6901); `undefined` when there is nothing. */
export function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(key)) return undefined;
    value = Object.getOwnPropertyDescriptor(value, key)?.value;
  }
  return value;
}

/** @throws ActionError invalid-input for what is no JSON pointer */
export function checkPointer(pointer: string): void {
  if (pointer !== '' && !pointer.startsWith('/'))
    throw new ActionError(
      'invalid-input',
      `the JSON pointer "${pointer}" does not begin with a slash; expected something like /outputs/0`,
    );
  if (/~(?![01])/.test(pointer))
    throw new ActionError('invalid-input', `the JSON pointer "${pointer}" has a ~ that is neither ~0 nor ~1`);
}
