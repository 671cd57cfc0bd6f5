import type { ParsedText, ValuePath } from '../schema/parsed-text.ts';
import type { ColumnType } from '../tabular/column-type.ts';
import type { ContractColumn } from './contract.ts';
import { items, refusal, text, valueAt } from './fields.ts';
import { readRule } from './read-rule.ts';
import { readTypeOptions } from './type-options.ts';

/** Classifications whose values must not be shown; others, such as `public`, may be. */
const CONFIDENTIAL = /^(pii|phi|personal|private|confidential|restricted|sensitive|secret|internal)\b/i;

/** Physical types of databases and of Parquet, by their first word, where no logical type is given. */
const PHYSICAL_TYPES: readonly (readonly [pattern: RegExp, type: ColumnType])[] = [
  [/^(tiny|small|big|medium)?int(eger)?\d*$|^u?int\d+$|^(big)?serial$|^long$|^short$/, 'integer'],
  [/^(double|float\d*|real|decimal|numeric|number|money)$/, 'number'],
  [/^bool(ean)?$|^bit$/, 'boolean'],
  [/^date\d*$/, 'date'],
  [/^(timestamp|timestamptz|datetime)\d*$/, 'timestamp'],
  [/^time\d*$/, 'time'],
  [/^(n?var)?char\d*$|^(string|text|utf8|uuid|enum|n?varchar2?|clob)$/, 'string'],
  [/^(array|list)$/, 'array'],
  [/^(struct|record|map|json|object)$/, 'object'],
];

/**
 * Reads one property of an object as a column of its data.
 *
 * @throws ActionError invalid-file for rules and options that cannot be checked
 */
export function readColumn(document: ParsedText, path: ValuePath, unchecked: string[]): ContractColumn {
  const logical = text(document, [...path, 'name']) ?? '';
  const name = text(document, [...path, 'physicalName']) ?? logical;
  for (const part of ['properties', 'items', 'relationships'])
    if (valueAt(document, [...path, part]) !== undefined) unchecked.push(`${logical}: ${part}`);
  const type = columnType(document, path);
  const primaryKey = valueAt(document, [...path, 'primaryKey']) === true;
  const names = new Map([[logical, name]]);
  const options = readTypeOptions(document, [...path, 'logicalTypeOptions'], type);
  return {
    name,
    ...(type && { type }),
    options,
    required: valueAt(document, [...path, 'required']) === true || primaryKey,
    unique: valueAt(document, [...path, 'unique']) === true,
    classified: CONFIDENTIAL.test(text(document, [...path, 'classification']) ?? ''),
    rules: items(document, [...path, 'quality']).flatMap((rule) =>
      readRule(
        document,
        rule,
        { level: 'column', names, column: name, options, ...(type && { type }) },
        unchecked,
      ),
    ),
  };
}

function columnType(document: ParsedText, path: ValuePath): ColumnType | undefined {
  const logical = text(document, [...path, 'logicalType']);
  if (logical !== undefined) {
    const known = TYPES.find((type) => type === logical);
    if (known) return known;
    throw refusal(
      document,
      [...path, 'logicalType'],
      `expected one of ${TYPES.join(', ')}, found "${logical}"`,
    );
  }
  const physical = /^[a-z0-9_]+/.exec(text(document, [...path, 'physicalType'])?.toLowerCase() ?? '')?.[0];
  return physical === undefined ? undefined : PHYSICAL_TYPES.find(([pattern]) => pattern.test(physical))?.[1];
}

const TYPES: readonly ColumnType[] = [
  'string',
  'date',
  'timestamp',
  'time',
  'number',
  'integer',
  'object',
  'array',
  'boolean',
];
