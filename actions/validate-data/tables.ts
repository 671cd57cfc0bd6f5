import type { Json } from '../lib/checks/check.ts';
import { rowSchemaRules } from '../lib/checks/row-schema.ts';
import { chooseTable } from '../lib/contract/choose-table.ts';
import type { Contract, ContractTable } from '../lib/contract/contract.ts';
import { isPathOfSplit } from '../lib/contract/split-of-path.ts';
import { standardRules } from '../lib/contract/standard-rules.ts';
import { ActionError } from '../lib/errors.ts';
import { matchesGlob } from '../runtime/glob.ts';
import type { LocatedFile } from '../runtime/locations.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { locateData } from '../runtime/scan/locate-data.ts';
import type { Inputs } from './inputs.ts';
import { beside, type Loaded } from './load.ts';

/** Files of a table that belong together: all of them, or those of one split. */
export interface TablePart {
  readonly split: string | undefined;
  readonly files: readonly LocatedFile[];
}

/** A table, its files, and what is to be checked of it. */
export interface TableToRead extends Omit<ContractTable, 'files' | 'splits'> {
  readonly parts: readonly TablePart[];
}

/** A table as it is without a contract. */
const BARE: ContractTable = {
  spec: { name: '', columns: [], splits: [] },
  rules: [],
  nullTexts: [],
  files: [],
  splits: [],
  primaryKey: [],
  dialect: {},
};

/**
 * The tables to be read: those that `data` or the contract names the files of.
 *
 * @throws ActionError invalid-input when nothing says what is to be read; not-found
 */
export async function tablesToRead(
  runtime: Runtime,
  inputs: Inputs,
  { contract, rowSchema }: Pick<Loaded, 'contract' | 'rowSchema'>,
): Promise<readonly [main: TableToRead, ...others: TableToRead[]]> {
  const described = contract?.contract;
  if (described === undefined || contract === undefined) {
    if (inputs.data === undefined) throw new ActionError('invalid-input', 'data: required, but not given');
    return [await withData(runtime, inputs.data, withRowSchema(BARE, rowSchema))];
  }
  const main = await mainTable(runtime, inputs, described, contract.path, rowSchema);
  const others: TableToRead[] = [];
  for (const table of described.tables) {
    if (table.spec.name === main.spec.name) continue;
    const read = await fromContract(runtime, described, table, contract.path);
    if (read.parts.length > 0) others.push(read);
  }
  return [main, ...others];
}

async function mainTable(
  runtime: Runtime,
  inputs: Inputs,
  contract: Contract,
  path: string,
  rowSchema: Loaded['rowSchema'],
): Promise<TableToRead> {
  if (inputs.data !== undefined) {
    const table = chooseTable(contract, inputs.schemaObject, 'schema-object');
    return withData(runtime, inputs.data, withRowSchema(table, rowSchema));
  }
  const [first] = contract.tables;
  const table =
    inputs.schemaObject === undefined && first
      ? first
      : chooseTable(contract, inputs.schemaObject, 'schema-object');
  const read = await fromContract(runtime, contract, withRowSchema(table, rowSchema), path);
  if (read.parts.length > 0) return read;
  throw new ActionError(
    'invalid-input',
    `data: not given, and the contract does not say where the files of "${table.spec.name}" are, or none are there`,
  );
}

/** The tables as the contract describes them, without their files. */
export function describedTables(
  inputs: Inputs,
  { contract, rowSchema }: Pick<Loaded, 'contract' | 'rowSchema'>,
): readonly [main: TableToRead, ...others: TableToRead[]] {
  const bare = (table: ContractTable): TableToRead => ({ ...complete(table), parts: [] });
  const described = contract?.contract;
  if (described === undefined) return [bare(withRowSchema(BARE, rowSchema))];
  const [first] = described.tables;
  const main =
    inputs.schemaObject === undefined && inputs.data === undefined && first
      ? first
      : chooseTable(described, inputs.schemaObject, 'schema-object');
  const others = described.tables.filter((table) => table !== main);
  return [bare(withRowSchema(main, rowSchema)), ...others.map(bare)];
}

/** A table with what is checked of every table. */
const complete = (table: ContractTable): ContractTable => ({
  ...table,
  rules: [...standardRules(table.rules), ...table.rules],
});

function withRowSchema(table: ContractTable, rowSchema: Loaded['rowSchema']): ContractTable {
  if (rowSchema === undefined) return table;
  const schema: Json = JSON.parse(JSON.stringify(rowSchema.schema));
  return { ...table, rules: [...table.rules, ...rowSchemaRules(schema, rowSchema.name, 'error')] };
}

/** Files that the input names, sorted into the splits that the contract describes. */
async function withData(runtime: Runtime, data: string, table: ContractTable): Promise<TableToRead> {
  const files = await locateData(runtime, data);
  const splitOf = (file: LocatedFile): string | undefined =>
    table.splits.find((split) => belongs(file, split))?.name;
  return { ...complete(table), parts: groupBySplit(table, files, splitOf) };
}

function belongs(file: LocatedFile, split: ContractTable['splits'][number]): boolean {
  const path = file.name.replaceAll('\\', '/');
  const fits = split.files.some((pattern) => matchesGlob(pattern, path) || path.endsWith(`/${pattern}`));
  return fits && isPathOfSplit(split, path);
}

function groupBySplit(
  table: ContractTable,
  files: readonly LocatedFile[],
  splitOf: (file: LocatedFile) => string | undefined,
): readonly TablePart[] {
  const names = [...table.splits.map(({ name }) => name), undefined];
  return names
    .map((split) => ({ split, files: files.filter((file) => splitOf(file) === split) }))
    .filter((part) => part.files.length > 0);
}

/** Files that the contract itself names; none where they are not there. */
async function fromContract(
  runtime: Runtime,
  contract: Contract,
  table: ContractTable,
  path: string,
): Promise<TableToRead> {
  const find = async (patterns: readonly string[]): Promise<readonly LocatedFile[]> => {
    const found: LocatedFile[] = [];
    for (const pattern of patterns)
      found.push(
        ...(await locateIfThere(
          runtime,
          contract.filesFrom === 'contract' ? beside(path, pattern) : pattern,
        )),
      );
    return found;
  };
  if (table.splits.length === 0) {
    const files = await find(table.files);
    return { ...complete(table), parts: files.length > 0 ? [{ split: undefined, files }] : [] };
  }
  const parts: TablePart[] = [];
  for (const split of table.splits) {
    const files = (await find(split.files)).filter((file) => belongs({ ...file, name: file.name }, split));
    if (files.length > 0) parts.push({ split: split.name, files });
  }
  return { ...complete(table), parts };
}

async function locateIfThere(runtime: Runtime, pattern: string): Promise<readonly LocatedFile[]> {
  try {
    return await locateData(runtime, pattern);
  } catch (error) {
    if (error instanceof ActionError && error.code === 'not-found') return [];
    throw error;
  }
}
