import type { ParsedText } from '../schema/parsed-text.ts';
import type { Contract, ContractFormat, ReadOptions } from './contract.ts';
import { parseContractText } from './contract-document.ts';
import { contractFormat } from './contract-format.ts';
import { readCroissant } from './croissant/read-croissant.ts';
import { readDataPackage, readLoneTableSchema } from './data-package/read-data-package.ts';
import { items, leavesFolder, refusal, shown, text } from './fields.ts';
import { readOdcs } from './odcs/read-odcs.ts';
import type { Definitions } from './rule-context.ts';

type Reader = (document: ParsedText, definitions: Definitions, options: ReadOptions) => Contract;

const READERS: Readonly<Record<ContractFormat, Reader>> = {
  odcs: readOdcs,
  'data-package': readDataPackage,
  'table-schema': readLoneTableSchema,
  croissant: readCroissant,
};

/**
 * Reads a data contract, in any format that says itself what it is: the Open Data Contract Standard v3 (canonical),
 * a data package or Table Schema of Frictionless Data, or Croissant; in YAML or JSON.
 *
 * @param where - its name for messages
 * @param definitions - the checks that its rules may use
 * @param options - `references` are the texts of the files that `contractReferences` names
 * @throws ActionError invalid-file with file, line and column of every problem; a contract that asks for nothing is
 *   one, since any data would pass it
 */
export function readContract(
  contract: string,
  where: string,
  definitions: Definitions,
  options: ReadOptions = {},
): Contract {
  const document = parseContractText(contract, where);
  return READERS[contractFormat(document)](document, definitions, options);
}

const ODCS = /^["' {]*kind["']?\s*:\s*["']?DataContract\b/m;

/**
 * The paths of other files that a contract needs read with it, relative to its own folder and inside of it: schemas of
 * data packages.
 *
 * @throws ActionError invalid-file for a text that is no contract, and for a path that leaves the folder
 */
export function contractReferences(contract: string, where: string): readonly string[] {
  if (ODCS.test(contract)) return []; // the common case, spared a second reading
  const document = parseContractText(contract, where);
  if (contractFormat(document) !== 'data-package') return [];
  return [[], ...items(document, ['resources'])].flatMap((path) => {
    const schema = text(document, [...path, 'schema']);
    if (schema === undefined || /^[a-z][a-z0-9+.-]+:\/\//i.test(schema)) return [];
    if (!leavesFolder(schema)) return [schema];
    throw refusal(
      document,
      [...path, 'schema'],
      `the path ${shown(schema)} leaves the folder of the package`,
    );
  });
}
