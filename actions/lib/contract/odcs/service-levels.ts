import type { Rule } from '../../checks/check.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import { items, refusal, shown, text, uncheckedNote, valueAt } from '../fields.ts';
import type { TableNames } from '../rule-context.ts';

/** A rule, and the table it is about. */
export interface TableRule {
  readonly table: string;
  readonly rule: Rule;
}

/** The service levels that files can show, with their names and abbreviations in the standard. */
const CHECKS: ReadonlyMap<string, 'freshness' | 'retention'> = new Map([
  ['latency', 'freshness'],
  ['ly', 'freshness'],
  ['freshness', 'freshness'],
  ['retention', 'retention'],
  ['re', 'retention'],
]);

/** Hours of each unit. Months and years are those of the calendar's average, as in ISO 8601 they have no fixed length. */
const UNIT_HOURS: readonly (readonly [names: readonly string[], hours: number])[] = [
  [['s', 'sec', 'secs', 'second', 'seconds'], 1 / 3600],
  [['min', 'mins', 'minute', 'minutes'], 1 / 60],
  [['h', 'hr', 'hrs', 'hour', 'hours'], 1],
  [['d', 'day', 'days'], 24],
  [['w', 'wk', 'week', 'weeks'], 7 * 24],
  [['mo', 'month', 'months'], (365.25 / 12) * 24],
  [['y', 'yr', 'yrs', 'year', 'years'], 365.25 * 24],
];

/**
 * Reads the service levels: `latency` of a time column is its freshness, `retention` the age of its oldest row.
 *
 * @param unchecked - gets a line for each that says nothing about files
 * @throws Refusal for elements that are not there and values that are no length of time
 */
export function readServiceLevel(
  document: ParsedText,
  path: ValuePath,
  tables: readonly TableNames[],
  unchecked: string[],
): readonly TableRule[] {
  const property = text(document, [...path, 'property']) ?? '';
  const check = CHECKS.get(property);
  const element = text(document, [...path, 'element']) ?? text(document, ['slaDefaultElement']);
  const note = (words: string): readonly TableRule[] => {
    unchecked.push(uncheckedNote(document, path, words));
    return [];
  };
  if (check === undefined)
    return note(`the service level ${shown(property)} says nothing that files could show`);
  if (element === undefined)
    return note(
      `the service level ${shown(property)} names no element; with "element: <object>.<property>" it would be checked`,
    );
  const maxAge = readAge(document, path);
  return element.split(',').flatMap((name) => {
    const found = elementColumn(document, [...path, 'element'], name.trim(), tables);
    if (found === undefined) return note(`${shown(name.trim())} is no property of this contract`);
    const { table, column } = found;
    const title = text(document, [...path, 'description']);
    return [
      {
        table,
        rule: {
          check,
          severity: 'error',
          ...(title !== undefined && { title }),
          dimension: 'timeliness',
          column,
          arguments: { maxAge },
          at: document.at(path),
        },
      } satisfies TableRule,
    ];
  });
}

/** A length of time as checks read it, in hours or days: `40d`. */
function readAge(document: ParsedText, path: ValuePath): string {
  const at = [...path, 'value'];
  const value = valueAt(document, at);
  const amount = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof amount !== 'number' || !Number.isFinite(amount) || amount < 0)
    throw refusal(document, at, `expected a number, found ${shown(value)}`);
  const unit = text(document, [...path, 'unit']);
  const hours = UNIT_HOURS.find(([names]) => names.includes((unit ?? '').toLowerCase()))?.[1];
  if (hours === undefined) {
    const known = UNIT_HOURS.flatMap(([names]) => names);
    throw refusal(
      document,
      unit === undefined ? path : [...path, 'unit'],
      unit === undefined
        ? 'the key "unit" is missing; one of min, h, d, w, month, y'
        : `expected one of min, h, d, w, month, y, found ${shown(unit)}${
            unit === 'm' ? ', which could be minutes or months' : didYouMean(unit, known)
          }`,
    );
  }
  const total = amount * hours;
  return total % 24 === 0 ? `${total / 24}d` : `${Math.round(total * 3600)}s`;
}

function elementColumn(
  document: ParsedText,
  path: ValuePath,
  name: string,
  tables: readonly TableNames[],
): { readonly table: string; readonly column: string } | undefined {
  const [tableName = '', columnName = ''] = name.split('.');
  const table = tables.find((candidate) => candidate.name === tableName);
  const column = table?.columns.get(columnName);
  if (table !== undefined && column !== undefined) return { table: table.name, column };
  const known = tables.flatMap((candidate) =>
    [...candidate.columns.keys()].map((key) => `${candidate.name}.${key}`),
  );
  const hint = didYouMean(name, known);
  if (table === undefined && hint === '') return undefined;
  throw refusal(
    document,
    path,
    `the contract has no ${shown(name)}${hint}; an element is written <object>.<property>`,
  );
}

/** The paths of all service levels. */
export const serviceLevels = (document: ParsedText): readonly ValuePath[] =>
  items(document, ['slaProperties']);
