import { ActionError } from '../errors.ts';
import type { ModelAddress } from './protocol.ts';

/**
 * The address of a model's path: base, `/v2/models/NAME/versions/VERSION`, and what is asked of it.
 *
 * @throws ActionError invalid-input when the address names no model
 */
export function modelPath(address: ModelAddress, generation: 'v1' | 'v2', end: string): string {
  if (address.model === undefined)
    throw new ActionError(
      'invalid-input',
      `endpoint ${address.base}: the address does not name a model; expected ${address.base}/${generation}/models/NAME`,
    );
  const version = address.version === undefined ? '' : `/versions/${address.version}`;
  return `${address.base}/${generation}/models/${address.model}${version}${end}${address.query}`;
}
