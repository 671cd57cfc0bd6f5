import type { Json } from '../../checks/check.ts';
import { type ChangeKind, kindOf } from './change.ts';
import { without } from './without.ts';

/** What each way to match columns demands. */
const DEMANDS: ReadonlyMap<unknown, readonly string[]> = new Map<unknown, readonly string[]>([
  ['exact', ['some', 'all', 'warn of others', 'no others', 'order']],
  ['equal', ['some', 'all', 'warn of others', 'no others']],
  [undefined, ['some', 'all', 'warn of others']],
  ['subset', ['some', 'all']],
  ['superset', ['warn of others', 'no others']],
  ['partial', ['some']],
]);

/** How one way to match columns relates to another; `undefined` is the default. */
export function fieldsMatchKind(before: Json | undefined, after: Json | undefined): ChangeKind {
  const [was, is] = [DEMANDS.get(before) ?? [], DEMANDS.get(after) ?? []];
  return kindOf(without(was, is).length > 0, without(is, was).length > 0);
}
