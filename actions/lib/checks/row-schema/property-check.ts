import type { BatchSetup, ColumnView, TextRule, TextRuleHandle } from '../../columns/column-batch.ts';
import type { Validate } from '../../schema/compile-schema.ts';
import type { TableFormat } from '../../tabular/table.ts';
import { remembered } from '../text-predicate.ts';
import { cellReader, isTextual, textReader, textTarget, typesOf } from './cell-values.ts';
import type { SchemaObject } from './split-schema.ts';
import { textRules } from './text-rules.ts';

/** Holds one column to the schema of its property, and marks the rows that break it. */
export class PropertyCheck {
  readonly name: string;
  readonly #schema: SchemaObject;
  readonly #validate: Validate;
  /** Rules of texts that stay texts, and of texts that are read as the schema says. */
  readonly #asTexts: readonly TextRuleHandle[];
  readonly #asCells: readonly TextRuleHandle[];
  readonly #nullHolds: boolean;
  readonly #cellHolds: (text: string) => boolean;
  readonly #numberHolds: ((value: number) => boolean) | undefined;

  constructor(setup: BatchSetup, name: string, schema: SchemaObject, validate: Validate) {
    this.name = name;
    this.#schema = schema;
    this.#validate = validate;
    const read = textReader(schema);
    const holds = (value: unknown): boolean => validate(value).length === 0;
    this.#cellHolds = remembered((text) => holds(read(text)));
    const ask = (rules: readonly TextRule[]): readonly TextRuleHandle[] =>
      rules.map((rule) => setup.textRule(name, rule));
    const stays = textTarget(schema) === undefined;
    this.#asTexts = ask(textRules(schema) ?? [{ kind: 'test', holds }]);
    this.#asCells = stays ? this.#asTexts : ask([{ kind: 'test', holds: (text) => holds(read(text)) }]);
    this.#nullHolds = !typesOf(schema).includes('null') || holds(null);
    this.#numberHolds = numberTest(schema);
  }

  /** @param failed - gets a 1 for each row that breaks the schema */
  mark(view: ColumnView, format: TableFormat, failed: Uint8Array): void {
    if (!this.#nullHolds) markNulls(view, failed);
    const read = cellReader(format, this.#schema);
    for (const row of view.misfits) if (this.#validate(read(view, row)).length > 0) failed[row] = 1;
    if (view.numbers === undefined && view.type === 'string')
      markBroken(view, isTextual(format) ? this.#asCells : this.#asTexts, failed);
    else if (
      view.numbers !== undefined &&
      this.#numberHolds !== undefined &&
      this.#readsNumbers(view, format)
    )
      markNumbers(view.numbers, this.#numberHolds, failed);
    else this.#markEach(view, format, failed);
  }

  /** Whether the numbers of a column are the values that the schema is about. */
  #readsNumbers({ type }: ColumnView, format: TableFormat): boolean {
    if (type !== 'integer' && type !== 'number') return false;
    if (!isTextual(format)) return true;
    const target = textTarget(this.#schema);
    return target === 'number' || (target === 'integer' && type === 'integer');
  }

  #markEach(view: ColumnView, format: TableFormat, failed: Uint8Array): void {
    const read = cellReader(format, this.#schema);
    const textual = isTextual(format);
    const misfits = new Set(view.misfits);
    for (let row = 0; row < failed.length; row += 1) {
      if (failed[row] === 1 || view.isNull(row) || misfits.has(row)) continue;
      const holds = textual
        ? this.#cellHolds(view.text(row) ?? '')
        : this.#validate(read(view, row)).length === 0;
      if (!holds) failed[row] = 1;
    }
  }
}

function markBroken(view: ColumnView, handles: readonly TextRuleHandle[], failed: Uint8Array): void {
  for (const handle of handles) {
    const broken = view.broken(handle);
    if (broken.count > 0) for (const row of broken.rows()) failed[row] = 1;
  }
}

function markNulls(view: ColumnView, failed: Uint8Array): void {
  if (view.nulls > 0) for (let row = 0; row < failed.length; row += 1) if (view.isNull(row)) failed[row] = 1;
}

function markNumbers(numbers: Float64Array, holds: (value: number) => boolean, failed: Uint8Array): void {
  for (let row = 0; row < failed.length; row += 1) {
    const value = numbers[row] ?? Number.NaN;
    if (!Number.isNaN(value) && !holds(value)) failed[row] = 1;
  }
}

/** Keywords that {@link numberTest} knows; those of texts say nothing about numbers. */
const LEFT_TO_AJV = ['multipleOf', 'format'];

/** The schema as a test of numbers without ajv; `undefined` where only ajv will do. */
function numberTest(schema: SchemaObject): ((value: number) => boolean) | undefined {
  if (LEFT_TO_AJV.some((keyword) => schema[keyword] !== undefined)) return undefined;
  const types = typesOf(schema);
  const limit = (keyword: string, otherwise: number): number => {
    const value = schema[keyword];
    return typeof value === 'number' ? value : otherwise;
  };
  const [minimum, maximum] = [
    limit('minimum', Number.NEGATIVE_INFINITY),
    limit('maximum', Number.POSITIVE_INFINITY),
  ];
  const above = limit('exclusiveMinimum', Number.NEGATIVE_INFINITY);
  const below = limit('exclusiveMaximum', Number.POSITIVE_INFINITY);
  const listed = Array.isArray(schema['enum']) ? new Set<unknown>(schema['enum']) : undefined;
  const only = schema['const'];
  const [any, whole] = [types.length === 0 || types.includes('number'), types.includes('integer')];
  return (value) =>
    value >= minimum &&
    value <= maximum &&
    (value > above || above === Number.NEGATIVE_INFINITY) &&
    (value < below || below === Number.POSITIVE_INFINITY) &&
    (any || (whole && Number.isInteger(value))) &&
    (listed === undefined || listed.has(value)) &&
    (only === undefined || only === value);
}
