import { ActionError } from '../errors.ts';
import { didYouMean } from '../nearest-name.ts';
import type { Contract, ContractObject } from './contract.ts';

/**
 * The object of a contract that describes the data: the one named, or the only one.
 *
 * @throws ActionError invalid-file when the contract has none; invalid-input when the name is unknown or missing
 */
export function chooseObject(contract: Contract, name: string | undefined, where: string): ContractObject {
  const names = contract.objects.map((object) => object.name);
  const [first, second] = contract.objects;
  if (first === undefined)
    throw new ActionError(
      'invalid-file',
      `${where}: the contract describes no data: "schema" is empty or missing`,
    );
  if (name === undefined) {
    if (second === undefined) return first;
    throw new ActionError(
      'invalid-input',
      `schema-object: the contract describes several objects; name one of ${names.join(', ')}`,
    );
  }
  const found = contract.objects.find((object) => object.name === name);
  if (found) return found;
  throw new ActionError(
    'invalid-input',
    `schema-object: the contract has no object "${name}"${didYouMean(name, names) || `; it has ${names.join(', ')}`}`,
  );
}
