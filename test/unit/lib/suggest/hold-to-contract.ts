import { parse } from 'yaml';
import { conversion, Misfit } from '../../../../actions/lib/tabular/column-type.ts';
import type { PlainCell } from '../../../support/column-states.ts';
import { type PlainTable, rowsOf } from './plain-table.ts';

/** What rows break of a suggested contract. */
export interface Broken {
  readonly severity: string;
  readonly column: string;
  readonly what: string;
  readonly rows: number;
}

interface Property {
  readonly name: string;
  readonly logicalType?: string;
  readonly required?: boolean;
  readonly unique?: boolean;
  readonly logicalTypeOptions?: Options;
  readonly quality?: readonly Rule[];
}
interface Options {
  readonly minimum?: number | string;
  readonly maximum?: number | string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly validValues?: readonly unknown[];
}
interface Rule {
  readonly metric: string;
  readonly arguments?: Options;
  readonly mustBe?: number;
  readonly mustBeLessOrEqualTo?: number;
  readonly mustBeGreaterOrEqualTo?: number;
  readonly unit?: string;
  readonly severity: string;
}

/** Holds rows to what suggestions consist of, in the plainest way; throws for anything else. */
export function holdToContract(yaml: string, table: PlainTable): readonly Broken[] {
  const [object] = parse(yaml).schema;
  const broken: Broken[] = [];
  for (const property of object.properties as readonly Property[])
    broken.push(...holdColumn(property, table.get(property.name) ?? [], rowsOf(table)));
  for (const rule of (object.quality ?? []) as readonly Rule[])
    if (rule.metric !== 'rowCount' || rowsOf(table) < (rule.mustBeGreaterOrEqualTo ?? 0))
      broken.push({ severity: rule.severity, column: '', what: rule.metric, rows: rowsOf(table) });
  return broken;
}

function holdColumn(property: Property, cells: readonly PlainCell[], rows: number): Broken[] {
  const { name: column, logicalType } = property;
  const present = cells.filter((cell) => cell !== null);
  const broken: Broken[] = [];
  const add = (what: string, count: number, severity = 'error') => {
    if (count > 0) broken.push({ severity, column, what, rows: count });
  };
  const value = reader(logicalType);
  add('type', present.filter((cell) => value(cell) === undefined).length);
  if (property.required) add('required', cells.length - present.length);
  if (property.unique) add('unique', present.length - new Set(present).size);
  add('options', present.filter((cell) => !fits(value, cell, property.logicalTypeOptions ?? {})).length);
  for (const rule of property.quality ?? []) {
    const count =
      rule.metric === 'nullValues'
        ? cells.length - present.length
        : present.filter((cell) => !fits(value, cell, rule.arguments ?? {})).length;
    const measured = rule.unit === 'percent' ? (100 * count) / rows : count;
    const most = rule.mustBeLessOrEqualTo ?? rule.mustBe ?? Number.NaN;
    if (!(measured <= most)) add(`${rule.metric} ${measured} > ${most}`, count, rule.severity);
  }
  return broken;
}

type Read = (cell: PlainCell | undefined) => number | string | boolean | undefined;

/** The value of a cell as its type means it; `undefined` when it is none. */
function reader(type: string | undefined): Read {
  if (type === undefined || type === 'string') return (cell) => String(cell);
  const convert = conversion(type as 'date', true);
  return (cell) => {
    if (typeof cell === 'number') return fitsNumber(cell, type) ? cell : undefined;
    if (typeof cell === 'boolean') return type === 'boolean' ? cell : undefined;
    const value = convert(cell ?? null);
    return value instanceof Misfit || value === null || typeof value === 'object' ? undefined : Number(value);
  };
}

const fitsNumber = (value: number, type: string): boolean =>
  type === 'number' || (type === 'integer' && Number.isInteger(value));

function fits(read: Read, cell: PlainCell, options: Options): boolean {
  const value = read(cell);
  if (value === undefined) return true;
  const limit = (bound: number | string | undefined, none: number) =>
    bound === undefined ? none : typeof bound === 'number' ? bound : Date.parse(bound);
  const length = [...String(cell)].length;
  return (
    !(Number(value) < limit(options.minimum, Number.NEGATIVE_INFINITY)) &&
    !(Number(value) > limit(options.maximum, Number.POSITIVE_INFINITY)) &&
    length >= (options.minLength ?? 0) &&
    length <= (options.maxLength ?? Number.POSITIVE_INFINITY) &&
    (options.pattern === undefined || new RegExp(options.pattern).test(String(cell))) &&
    (options.validValues === undefined || options.validValues.includes(value))
  );
}
