import { compilePattern } from '../schema/regular-expressions.ts';
import type { ContractSplit } from './contract.ts';

/**
 * Whether a file's path is of a split, by the split's pattern; every path is when it has none. The pattern comes from
 * a contract, so that it is matched in linear time.
 *
 * @param path - with forward slashes
 */
export function isPathOfSplit({ name, pathPattern }: ContractSplit, path: string): boolean {
  if (pathPattern === undefined) return true;
  const matcher = compilePattern(pathPattern).matcher(path);
  return matcher.find() && matcher.groupCount() > 0 && matcher.group(1) === name;
}
