import type { TextRule } from '../../columns/column-batch.ts';
import { textFormat } from '../text-formats.ts';
import { typesOf } from './cell-values.ts';
import type { SchemaObject } from './split-schema.ts';

type Maker = (schema: SchemaObject) => TextRule | undefined;

const MAKERS: readonly Maker[] = [
  ({ minLength: min, maxLength: max }) => {
    if (typeof min !== 'number' && typeof max !== 'number') return undefined;
    return {
      kind: 'length',
      ...(typeof min === 'number' && { min }),
      ...(typeof max === 'number' && { max }),
    };
  },
  ({ pattern: source }) => (typeof source === 'string' ? { kind: 'pattern', source } : undefined),
  ({ enum: listed }) => (Array.isArray(listed) ? among(listed) : undefined),
  ({ const: only }) => (only === undefined ? undefined : among([only])),
  ({ format }) => (typeof format === 'string' ? { kind: 'test', holds: textFormat(format) } : undefined),
];

/** No text is a number, a boolean or `null`, however it is written. */
function among(values: readonly unknown[]): TextRule {
  const texts = values.filter((value) => typeof value === 'string');
  return texts.length === 0 ? { kind: 'test', holds: () => false } : { kind: 'values', values: texts };
}

/**
 * What a schema demands of values that are texts, as rules that the engine holds distinct texts to; `undefined` where
 * texts are not allowed at all.
 */
export function textRules(schema: SchemaObject): readonly TextRule[] | undefined {
  const types = typesOf(schema);
  if (types.length > 0 && !types.includes('string')) return undefined;
  return MAKERS.map((make) => make(schema)).filter((rule) => rule !== undefined);
}
