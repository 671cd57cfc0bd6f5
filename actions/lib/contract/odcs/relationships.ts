import type { Rule } from '../../checks/check.ts';
import { didYouMean, nearestName } from '../../nearest-name.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import { NONE } from '../../stats/threshold.ts';
import { items, refusal, shown, text, textList, uncheckedNote, valueAt } from '../fields.ts';
import type { TableNames } from '../rule-context.ts';

/** A property of the contract, as a reference names it. */
export interface Target {
  readonly table: string;
  /** In the data. */
  readonly column: string;
}

/** What references may name: properties by `table.column`, and by the ids on the way to them. */
export interface ReferenceNames {
  readonly tables: readonly TableNames[];
  readonly byId: ReadonlyMap<string, Target>;
}

/** The properties that have ids all the way, by `schema/<id>/properties/<id>`. */
export function referenceIds(
  document: ParsedText,
  tables: readonly TableNames[],
): ReadonlyMap<string, Target> {
  const found = new Map<string, Target>();
  for (const [index, object] of items(document, ['schema']).entries()) {
    const table = tables[index];
    const id = text(document, [...object, 'id']);
    if (table === undefined || id === undefined) continue;
    for (const property of items(document, [...object, 'properties'])) {
      const own = text(document, [...property, 'id']);
      const column = table.columns.get(text(document, [...property, 'name']) ?? '');
      if (own !== undefined && column !== undefined)
        found.set(`schema/${id}/properties/${own}`, { table: table.name, column });
    }
  }
  return found;
}

/**
 * Reads the relationships of an object or a property: every one is a key whose values must be in another table.
 *
 * @param from - the property, by its name in the data; absent at the object, where `from` stands in the relationship
 * @throws Refusal for tables and columns that are not there
 */
export function readRelationship(
  document: ParsedText,
  path: ValuePath,
  table: TableNames,
  from: string | undefined,
  names: ReferenceNames,
  unchecked: string[],
): readonly Rule[] {
  const elsewhere = references(document, [...path, 'to']).find(([name]) => isElsewhere(name, names));
  if (elsewhere) {
    unchecked.push(
      uncheckedNote(
        document,
        path,
        `the relationship to ${shown(elsewhere[0])} is not checked, as this contract does not describe that table`,
      ),
    );
    return [];
  }
  const to = targets(document, [...path, 'to'], names);
  const own =
    from === undefined ? targets(document, [...path, 'from'], names) : [{ table: table.name, column: from }];
  const stranger = own.find((target) => target.table !== table.name);
  if (stranger)
    throw refusal(
      document,
      [...path, 'from'],
      `the relationship is one of "${stranger.table}"; it stands there, not at "${table.name}"`,
    );
  if (own.length !== to.length)
    throw refusal(
      document,
      path,
      `a key of ${own.length} columns cannot refer to one of ${to.length}; a key of several columns stands at the object, with "from" and "to" of one length`,
    );
  const other = to[0]?.table ?? '';
  if (to.some((target) => target.table !== other))
    throw refusal(document, [...path, 'to'], 'the columns of one key are in one table');
  return [
    {
      check: 'referentialIntegrity',
      severity: 'error',
      threshold: NONE,
      ...(from !== undefined && { column: from }),
      arguments: {
        columns: own.map(({ column }) => column),
        table: other,
        references: to.map(({ column }) => column),
      },
      at: document.at(path),
    },
  ];
}

/** Whether a reference is to a table of another contract. One that nearly has the name of a table here is a mistake. */
function isElsewhere(name: string, { tables }: ReferenceNames): boolean {
  if (name.includes('#')) return true;
  if (name.includes('/')) return false;
  const table = name.split('.')[0] ?? '';
  const known = tables.map((candidate) => candidate.name);
  return !known.includes(table) && nearestName(table, known) === undefined;
}

/** The names at a place with their paths: one text, or a list of them. */
function references(document: ParsedText, path: ValuePath): readonly (readonly [string, ValuePath])[] {
  const value = valueAt(document, path);
  if (Array.isArray(value))
    return (textList(value) ?? []).map((name, index) => [name, [...path, index]] as const);
  return typeof value === 'string' ? [[value, path]] : [];
}

function targets(document: ParsedText, path: ValuePath, names: ReferenceNames): readonly Target[] {
  const found = references(document, path);
  if (found.length === 0)
    throw refusal(
      document,
      path,
      `expected a reference such as plans.plan_id, found ${shown(valueAt(document, path))}`,
    );
  return found.map(([name, at]) => target(document, at, name, names));
}

function target(document: ParsedText, path: ValuePath, name: string, names: ReferenceNames): Target {
  if (name.includes('/')) {
    const found = names.byId.get(name.replace(/^\//, ''));
    if (found) return found;
    throw refusal(
      document,
      path,
      `no property has the ids ${shown(name)}${didYouMean(name, names.byId.keys())}`,
    );
  }
  const [tableName = '', columnName = ''] = name.split('.');
  const table = names.tables.find((candidate) => candidate.name === tableName);
  if (!table) {
    const known = names.tables.map((candidate) => candidate.name);
    throw refusal(
      document,
      path,
      `the contract has no object "${tableName}"${didYouMean(tableName, known) || `; it has ${known.join(', ')}`}`,
    );
  }
  const column = table.columns.get(columnName);
  if (column !== undefined) return { table: table.name, column };
  throw refusal(
    document,
    path,
    `"${tableName}" has no property "${columnName}"${didYouMean(columnName, table.columns.keys())}`,
  );
}
