import type { Rule } from '../../checks/check.ts';
import type { Severity } from '../../documents/validation.ts';
import type { Definitions } from '../rule-context.ts';
import { acceptedNumbers, isNone, isWithin } from './accepted-numbers.ts';
import { argumentChanges } from './argument-change.ts';
import { type ChangeKind, type ContractChange, kindOf } from './change.ts';
import { matchRules } from './match-rules.ts';
import { limitOf, limitText, ruleText, unitOf } from './rule-words.ts';

const RANKS: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

/** What changed in the rules of a table. */
export function ruleChanges(
  table: string,
  before: readonly Rule[],
  after: readonly Rule[],
  definitions: Definitions,
): readonly ContractChange[] {
  const { pairs, removed, added } = matchRules(before, after);
  const subject = ({ column }: Rule): string => (column === undefined ? table : `${table}.${column}`);
  return [
    ...pairs.flatMap(([was, is]) =>
      changesOf(was, is, definitions).map(({ kind, words }) => ({
        kind,
        subject: subject(is),
        words: `${nameOf(is)}: ${words}`,
      })),
    ),
    ...removed.map((rule) => ({
      kind: 'loosened' as const,
      subject: subject(rule),
      words: `${ruleText(rule, definitions)} is no longer demanded`,
    })),
    ...added.map((rule) => ({
      kind: 'tightened' as const,
      subject: subject(rule),
      words: `${ruleText(rule, definitions)} is demanded now`,
    })),
  ];
}

const nameOf = ({ check, title }: Rule): string => (title === undefined ? check : `${check} "${title}"`);

type Change = Pick<ContractChange, 'kind' | 'words'>;

function changesOf(was: Rule, is: Rule, definitions: Definitions): readonly Change[] {
  return [
    ...severityChange(was, is),
    ...limitChange(was, is, definitions),
    ...argumentChanges(was.arguments, is.arguments),
  ];
}

function severityChange(was: Rule, is: Rule): readonly Change[] {
  const difference = RANKS[is.severity] - RANKS[was.severity];
  if (difference === 0) return [];
  const kind = difference < 0 ? 'loosened' : 'tightened';
  return [{ kind, words: `severity was ${was.severity}, is ${is.severity}` }];
}

function limitChange(was: Rule, is: Rule, definitions: Definitions): readonly Change[] {
  const kind = limitKind(was, is, definitions);
  if (kind === undefined) return [];
  return [{ kind, words: `${limitText(was, definitions)} before, ${limitText(is, definitions)} now` }];
}

/** `undefined` when both limits accept the same numbers. */
function limitKind(was: Rule, is: Rule, definitions: Definitions): ChangeKind | undefined {
  const definition = definitions.get(is.check);
  const [before, after] = [limitOf(was, definition), limitOf(is, definition)];
  if (before === undefined || after === undefined) {
    if (before === after) return undefined;
    return before === undefined ? 'tightened' : 'loosened';
  }
  const unit = unitOf(is, definition);
  const none = [isNone(before), isNone(after)];
  // None at all is none in any unit; other numbers of rows and percents cannot be compared.
  if (unit !== unitOf(was, definition)) return none.includes(true) ? noneKind(none) : 'changed';
  const least = unit === 'value' ? Number.NEGATIVE_INFINITY : 0;
  const [accepted, accepts] = [acceptedNumbers(before, least), acceptedNumbers(after, least)];
  const lost = !isWithin(accepts, accepted);
  const gained = !isWithin(accepted, accepts);
  return lost || gained ? kindOf(lost, gained) : undefined;
}

function noneKind([before, after]: readonly boolean[]): ChangeKind | undefined {
  if (before === after) return undefined;
  return before ? 'loosened' : 'tightened';
}
