import { CHECKS } from '../lib/checks/catalog.ts';
import { compareContracts } from '../lib/contract/contract-diff.ts';
import type { ContractChange } from '../lib/contract/diff/change.ts';
import { ActionError, errorMessage } from '../lib/errors.ts';
import { locateOne } from '../runtime/locations.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { beside, type LoadedContract, parseContract } from './load.ts';

/**
 * What a pull request changes of the contract, in words: a contract that asks for less lets data pass that would not
 * have before. Nothing outside of pull requests, and where the base commit is not to be had (a notice says so).
 */
export async function contractChanges(
  runtime: Runtime,
  head: LoadedContract | undefined,
): Promise<readonly ContractChange[]> {
  const { pullRequest } = runtime.context;
  if (pullRequest === undefined || head === undefined) return [];
  const base = await contractAt(runtime, pullRequest.baseSha, head);
  return base === undefined || base.text === head.text
    ? []
    : compareContracts(base.contract, head.contract, CHECKS);
}

async function contractAt(
  runtime: Runtime,
  ref: string,
  { name, path }: LoadedContract,
): Promise<Pick<LoadedContract, 'text' | 'contract'> | undefined> {
  if (/^([a-z]:)?[\\/]/i.test(path)) return undefined; // not a file of the repository
  const readAt = async (at: string): Promise<string> => {
    const file = await locateOne(runtime, `git:${ref}:${at}`);
    return runtime.files.readText(file.path);
  };
  try {
    const text = await readAt(path);
    return {
      text,
      contract: await parseContract(text, `${name} (base)`, (other) => readAt(beside(path, other))),
    };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    runtime.log.notice(`How the pull request changes the contract is not known: ${errorMessage(error)}`);
    return undefined;
  }
}
