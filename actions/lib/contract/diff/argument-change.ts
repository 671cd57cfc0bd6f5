import type { Json } from '../../checks/check.ts';
import { parseDuration } from '../../duration.ts';
import { shown } from '../fields.ts';
import { type ChangeKind, kindOf } from './change.ts';
import { fieldsMatchKind } from './fields-match.ts';
import { without } from './without.ts';

/** How a change of an argument's value is judged; `undefined` stands for an argument that is not given. */
type Judge = (before: Json | undefined, after: Json | undefined) => ChangeKind;

const present = (value: Json | undefined): boolean => value !== undefined;

/** A demand that is only there or not; another value is another demand. */
const demand: Judge = (before, after) =>
  present(before) === present(after) ? 'changed' : present(after) ? 'tightened' : 'loosened';

/** Compares numbers and, written alike, dates and times; `undefined` where neither is sure. */
function order(before: Json | undefined, after: Json | undefined): number | undefined {
  if (typeof before === 'number' && typeof after === 'number') return after - before;
  if (typeof before !== 'string' || typeof after !== 'string') return undefined;
  const [a, b] = [parseDuration(before), parseDuration(after)];
  if (a !== undefined && b !== undefined) return b - a;
  const iso = /^\d{4}-\d{2}-\d{2}/;
  return iso.test(before) && iso.test(after) && before.length === after.length
    ? after.localeCompare(before, 'en')
    : undefined;
}

/** @param looser - the direction in which less is demanded: 1 upwards, -1 downwards */
const limit =
  (looser: 1 | -1): Judge =>
  (before, after) => {
    if (!present(before) || !present(after)) return demand(before, after);
    const difference = order(before, after);
    if (difference === undefined || difference === 0) return 'changed';
    return Math.sign(difference) === looser ? 'loosened' : 'tightened';
  };

/** Items of a list by what they are, so that 1 and "1" differ. */
const itemsOf = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.map((item) => JSON.stringify(item)) : [];

/** @param demands - each item of the list is a demand more, rather than a value more that is allowed */
const list =
  (demands: boolean): Judge =>
  (before, after) => {
    if (!present(before) || !present(after)) return demand(before, after);
    const lost = without(itemsOf(before), itemsOf(after)).length > 0;
    const gained = without(itemsOf(after), itemsOf(before)).length > 0;
    if (!lost && !gained) return 'changed';
    return demands ? kindOf(lost, gained) : kindOf(gained, lost);
  };

/** @param looser - the value with which less is demanded; the other is the default */
const flag =
  (looser: boolean): Judge =>
  (before, after) => {
    const [was, is] = [before === true, after === true];
    if (was === is) return 'changed';
    return is === looser ? 'loosened' : 'tightened';
  };

/** Steps of numbers: multiples of 10 are multiples of 5 too. */
const step: Judge = (before, after) => {
  if (typeof before !== 'number' || typeof after !== 'number') return demand(before, after);
  if (before % after === 0) return 'loosened';
  return after % before === 0 ? 'tightened' : 'changed';
};

/** Lists of what is looked at, where an absent one means all. */
const selection: Judge = (before, after) => {
  if (present(before) && present(after)) return list(true)(before, after);
  return present(before) ? 'tightened' : 'loosened';
};

/** How the arguments of checks relate to what they demand. Others can only be said to have changed. */
const JUDGES: ReadonlyMap<string, Judge> = new Map([
  ['validValues', list(false)],
  ['allowed', list(false)],
  ['invalidValues', list(true)],
  ['missingValues', list(true)],
  ['types', selection],
  ['kinds', selection],
  ['aspects', selection],
  ['pattern', demand],
  ['format', demand],
  ['multipleOf', step],
  ['minimum', limit(-1)],
  ['exclusiveMinimum', limit(-1)],
  ['minLength', limit(-1)],
  ['maximum', limit(1)],
  ['exclusiveMaximum', limit(1)],
  ['maxLength', limit(1)],
  ['maxAge', limit(1)],
  ['threshold', limit(1)],
  ['warnAt', limit(1)],
  ['share', limit(1)],
  ['factor', limit(1)],
  ['minSample', limit(1)],
  ['minDomainMass', limit(-1)],
  ['alpha', limit(-1)],
  ['falseDiscoveryRate', limit(-1)],
  ['allowEqual', flag(true)],
  ['exceptClassified', flag(true)],
  ['fieldsMatch', (before, after) => fieldsMatchKind(before, after)],
]);

/** A change of one argument, in words. */
export interface ArgumentChange {
  readonly kind: ChangeKind;
  readonly words: string;
}

/** How the arguments of a rule differ; none when they do not. */
export function argumentChanges(
  before: Readonly<Record<string, Json>>,
  after: Readonly<Record<string, Json>>,
): readonly ArgumentChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .filter((name) => !sameItems(name, before[name], after[name]))
    .map((name) => ({
      kind: (JUDGES.get(name) ?? (() => 'changed'))(before[name], after[name]),
      words: `${name} ${difference(before[name], after[name])}`,
    }));
}

/** Whether two lists differ in nothing but order, where order means nothing. */
const sameItems = (name: string, before: Json | undefined, after: Json | undefined): boolean =>
  JUDGES.has(name) &&
  Array.isArray(before) &&
  Array.isArray(after) &&
  without(itemsOf(before), itemsOf(after)).length + without(itemsOf(after), itemsOf(before)).length === 0;

/** A change of a value in words: of lists, what came and what went. */
function difference(before: Json | undefined, after: Json | undefined): string {
  if (before === undefined) return `is now ${shown(after)}`;
  if (after === undefined) return `was ${shown(before)} and is gone`;
  if (!Array.isArray(before) || !Array.isArray(after)) return `was ${shown(before)}, is ${shown(after)}`;
  const came = without(itemsOf(after), itemsOf(before));
  const went = without(itemsOf(before), itemsOf(after));
  return [
    ...(came.length > 0 ? [`has ${few(came)} more`] : []),
    ...(went.length > 0 ? [`has no ${few(went)} any more`] : []),
    ...(came.length + went.length === 0 ? ['has another order'] : []),
  ].join(' and ');
}

const few = (items: readonly string[]): string =>
  items.length <= 5 ? items.join(', ') : `${items.slice(0, 5).join(', ')} and ${items.length - 5} others`;
