import type { CheckDefinition, Rule } from '../../checks/check.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import { OPERATORS } from '../../stats/threshold.ts';
import { isRecord, keys, refusal, shown, text, uncheckedNote, valueAt } from '../fields.ts';
import { definitionOf, readRule } from '../read-rule.ts';
import { parameterOf } from '../rule-arguments.ts';
import type { RuleContext } from '../rule-context.ts';
import { isOperator } from '../rule-limit.ts';

/** Our name among the engines of custom rules. */
export const ENGINE = 'validateData';

/** Keys of `implementation` that are the rule's and not the check's, unless the check has a parameter of that name. */
export const LABELS: readonly string[] = ['name', 'severity', 'dimension', 'unit', 'description'];

/**
 * Reads a rule of type `custom`. Those of other engines are noted and left.
 *
 * @throws Refusal for whatever is not understood in a rule of ours
 */
export function readCustomRule(
  document: ParsedText,
  path: ValuePath,
  context: RuleContext,
  unchecked: string[],
): readonly Rule[] {
  if (!isOurs(document, path, unchecked)) return [];
  const implementation = [...path, 'implementation'];
  if (!isRecord(valueAt(document, implementation)))
    throw refusal(
      document,
      implementation,
      `expected an object such as { check: statistic, … }, found ${shown(valueAt(document, implementation))}`,
    );
  refuseOutsideLimits(document, path);
  const definition = definitionOf(document, [...implementation, 'check'], context.definitions);
  const given = givenArguments(document, implementation, definition);
  const labels = [path, ...(given.has('name') ? [] : [implementation])];
  return [readRule(document, { path, definition, limits: implementation, labels, given }, context)];
}

function givenArguments(
  document: ParsedText,
  implementation: ValuePath,
  definition: CheckDefinition,
): ReadonlyMap<string, ValuePath> {
  const given = new Map<string, ValuePath>();
  const names = definition.parameters.map(({ name }) => name);
  for (const key of keys(document, implementation)) {
    const at = [...implementation, key];
    if (key === 'check' || (isOperator(key) && !names.includes(key))) continue;
    if (LABELS.includes(key) && !names.includes(key)) continue;
    given.set(parameterOf(document, at, key, definition, [...OPERATORS, ...LABELS, 'check']).name, at);
  }
  return given;
}

/** Limits beside `implementation` break the standard's schema; it would only say "unknown key". */
function refuseOutsideLimits(document: ParsedText, path: ValuePath): void {
  const outside = keys(document, path).find(isOperator);
  if (outside !== undefined)
    throw refusal(
      document,
      [...path, outside],
      'the limit of a custom rule stands inside "implementation", beside "check"',
    );
}

function isOurs(document: ParsedText, path: ValuePath, unchecked: string[]): boolean {
  const engine = text(document, [...path, 'engine']);
  if (engine === ENGINE) return true;
  const hint = didYouMean((engine ?? '').replaceAll(/[-_ ]/g, ''), [ENGINE]);
  if (engine === undefined || hint !== '')
    throw refusal(
      document,
      [...path, 'engine'],
      `expected an engine such as ${ENGINE}, found ${shown(engine)}${hint}`,
    );
  unchecked.push(
    uncheckedNote(
      document,
      path,
      `a rule for the engine ${shown(engine)}, which only that tool can run; engine ${ENGINE} is the one of this action`,
    ),
  );
  return false;
}
