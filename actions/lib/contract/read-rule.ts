import type { CheckDefinition, Rule, Unit } from '../checks/check.ts';
import type { Severity } from '../documents/validation.ts';
import { didYouMean } from '../nearest-name.ts';
import type { ParsedText, ValuePath } from '../schema/parsed-text.ts';
import { choice, refusal, shown, text, valueAt } from './fields.ts';
import { readArguments } from './rule-arguments.ts';
import type { Definitions, RuleContext } from './rule-context.ts';
import { readLimit } from './rule-limit.ts';

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** The parts of a rule, wherever the kind of contract has them. */
export interface RuleParts {
  /** The rule itself, for messages. */
  readonly path: ValuePath;
  readonly definition: CheckDefinition;
  /** Where operators stand. */
  readonly limits: ValuePath;
  /** Where severity, unit, dimension and name may stand; the first that has one counts. */
  readonly labels: readonly ValuePath[];
  /** The path of each argument, by the name of its parameter. */
  readonly given: ReadonlyMap<string, ValuePath>;
}

/**
 * Makes a rule of its parts.
 *
 * @throws Refusal for a rule at the wrong level, with an unknown severity or unit, or with arguments
 *   that are not as the check's parameters say
 */
export function readRule(document: ParsedText, parts: RuleParts, context: RuleContext): Rule {
  const { definition, path } = parts;
  refuseLevel(document, path, definition, context);
  const threshold = readLimit(document, parts.limits);
  const label = (key: string): ValuePath =>
    [...parts.labels.map((owner) => [...owner, key])].find((at) => valueAt(document, at) !== undefined) ?? [
      ...path,
      key,
    ];
  const unit = readUnit(document, label('unit'), definition);
  const dimension = text(document, label('dimension'));
  const title = text(document, label('name')) ?? text(document, label('description'));
  return {
    check: definition.name,
    severity: choice(document, label('severity'), SEVERITIES, 'error'),
    ...(dimension !== undefined && { dimension }),
    ...(title !== undefined && { title }),
    ...(threshold && { threshold }),
    ...(unit && { unit }),
    ...(context.column && { column: context.column.name }),
    arguments: readArguments(document, path, parts.given, definition, context),
    at: document.at(path),
  };
}

/**
 * The definition of a check by its name.
 *
 * @throws Refusal for an unknown one, with the nearest name or with what its name in another tool is here
 */
export function definitionOf(
  document: ParsedText,
  path: ValuePath,
  definitions: Definitions,
): CheckDefinition {
  const name = text(document, path);
  const known = [...definitions.keys()];
  if (name === undefined)
    throw refusal(
      document,
      path,
      `expected the name of a check, found ${shown(valueAt(document, path))}; one of ${known.join(', ')}`,
    );
  const found = definitions.get(name);
  if (found) return found;
  for (const { name: ours, aliases } of definitions.values()) {
    const alias = aliases.find(([, theirs]) => theirs === name);
    if (alias) throw refusal(document, path, `"${name}" is the name in ${alias[0]}; here it is "${ours}"`);
  }
  throw refusal(
    document,
    path,
    `unknown check ${shown(name)}${didYouMean(name, known) || `; known checks: ${known.join(', ')}`}`,
  );
}

function refuseLevel(
  document: ParsedText,
  path: ValuePath,
  { name, level }: CheckDefinition,
  { column }: RuleContext,
): void {
  if (level.includes(column ? 'column' : 'table')) return;
  throw refusal(
    document,
    path,
    column
      ? `${name} is about the whole object; put the rule there`
      : `${name} is about one property; put the rule there`,
  );
}

function readUnit(document: ParsedText, path: ValuePath, { name, units }: CheckDefinition): Unit | undefined {
  const value = valueAt(document, path);
  const found = units.find((unit) => unit === value);
  if (found !== undefined || value === undefined) return found;
  throw refusal(
    document,
    path,
    `${name} is measured in ${units.join(' or ')}, found ${shown(value)}${didYouMean(String(value), units)}`,
  );
}
