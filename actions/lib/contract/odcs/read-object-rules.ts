import type { Rule } from '../../checks/check.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import { type DeclaredColumn, declaredRules } from '../declared-table.ts';
import { items } from '../fields.ts';
import type { Problems } from '../problems.ts';
import type { Definitions, RuleContext } from '../rule-context.ts';
import type { ObjectDraft } from './read-object.ts';
import { readQuality } from './read-quality.ts';
import { type ReferenceNames, readRelationship } from './relationships.ts';

/** What the rules of an object may refer to. */
export interface Surroundings {
  readonly references: ReferenceNames;
  readonly definitions: Definitions;
}

/** All checks an object asks for: by its declaration, by its relationships, and by its quality rules. */
export function readObjectRules(
  document: ParsedText,
  draft: ObjectDraft,
  { references, definitions }: Surroundings,
  problems: Problems,
  unchecked: string[],
): readonly Rule[] {
  const context: RuleContext = {
    definitions,
    table: draft.names,
    spec: draft.table.spec,
    tables: references.tables,
  };
  const relationships = (owner: ValuePath, from: string | undefined): readonly Rule[] =>
    items(document, [...owner, 'relationships']).flatMap((path) =>
      problems.attempt(() => readRelationship(document, path, draft.names, from, references, unchecked), []),
    );
  return [
    ...declaredRules(draft.declared),
    ...draft.columns.flatMap(([path, column]) => [
      ...relationships(path, column.name),
      ...readQuality(document, path, { ...context, column: columnContext(column) }, problems, unchecked),
    ]),
    ...relationships(draft.path, undefined),
    ...readQuality(document, draft.path, context, problems, unchecked),
  ];
}

const columnContext = ({ name, type, format, options }: DeclaredColumn) => ({
  name,
  type,
  format,
  restrictions: options,
});
