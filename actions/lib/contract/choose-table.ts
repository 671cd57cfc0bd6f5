import { ActionError } from '../errors.ts';
import { didYouMean } from '../nearest-name.ts';
import type { Contract, ContractTable } from './contract.ts';

/**
 * The table of a contract that describes the data: the one named, or the only one.
 *
 * @param input - the input that names it, for messages
 * @throws ActionError invalid-input when the name is unknown, or missing where there are several
 */
export function chooseTable(contract: Contract, name: string | undefined, input: string): ContractTable {
  const names = contract.tables.map(({ spec }) => spec.name);
  const [first, second] = contract.tables;
  if (name === undefined && first !== undefined && second === undefined) return first;
  if (name === undefined)
    throw new ActionError(
      'invalid-input',
      `${input}: the contract describes several tables; name one of ${names.join(', ')}`,
    );
  const found = contract.tables.find(({ spec }) => spec.name === name);
  if (found) return found;
  throw new ActionError(
    'invalid-input',
    `${input}: the contract has no table "${name}"${didYouMean(name, names) || `; it has ${names.join(', ')}`}`,
  );
}
