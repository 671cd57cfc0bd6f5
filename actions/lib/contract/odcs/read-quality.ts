import type { Rule } from '../../checks/check.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import { choice, items, refusal, shown, text, uncheckedNote } from '../fields.ts';
import type { Problems } from '../problems.ts';
import type { RuleContext } from '../rule-context.ts';
import { readCustomRule } from './custom-rule.ts';
import { readLibraryRule } from './library-rule.ts';
import { sqlHint } from './sql-hint.ts';

const TYPES = ['library', 'custom', 'sql', 'text'] as const;

/**
 * Reads the rules under `quality` of an object or a property.
 *
 * @param unchecked - gets a line for each rule that is for people or for other tools
 */
export function readQuality(
  document: ParsedText,
  owner: ValuePath,
  context: RuleContext,
  problems: Problems,
  unchecked: string[],
): readonly Rule[] {
  return items(document, [...owner, 'quality']).flatMap((path) =>
    problems.attempt(() => readOne(document, path, context, unchecked), []),
  );
}

function readOne(
  document: ParsedText,
  path: ValuePath,
  context: RuleContext,
  unchecked: string[],
): readonly Rule[] {
  const type = choice(document, [...path, 'type'], TYPES, 'library');
  switch (type) {
    case 'library':
      return [readLibraryRule(document, path, context)];
    case 'custom':
      return readCustomRule(document, path, context, unchecked);
    case 'sql':
      throw refusal(
        document,
        path,
        `SQL cannot be run on files; ${sqlHint(text(document, [...path, 'query']) ?? '')}`,
      );
    case 'text':
      unchecked.push(
        uncheckedNote(
          document,
          path,
          `a rule for people: ${shown(text(document, [...path, 'description']) ?? text(document, [...path, 'name']))}`,
        ),
      );
      return [];
    default:
      return type satisfies never;
  }
}
