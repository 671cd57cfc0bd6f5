import { type Fields, fieldsOf, isFields } from '../schema/fields.ts';
import { type EntryFacts, measured, numberAt } from './entry.ts';
import { fileFormat, type Measured } from './format.ts';
import { statedInterval } from './interval.ts';
import type { TreeSource } from './source.ts';

const KEYS = new Set(['value', 'lower_value', 'upper_value']);

const isMeasure = (value: unknown): value is Fields =>
  isFields(value) && 'value' in value && Object.keys(value).every((key) => KEYS.has(key));

/** Bencher's built-in measures and how they are meant. Its documentation, "built-in measures". */
const BUILT_IN: ReadonlyMap<string, EntryFacts> = new Map<string, EntryFacts>([
  ['latency', { direction: 'lower', unit: 'ns' }],
  ['throughput', { direction: 'higher', unit: 'operations/s' }],
  ['build-time', { direction: 'lower', unit: 's' }],
  ['file-size', { direction: 'lower', unit: 'byte' }],
]);

function read({ parsed }: TreeSource): readonly Measured[] {
  return Object.entries(fieldsOf(parsed.value)).flatMap(([benchmark, measures]) =>
    Object.entries(fieldsOf(measures)).map(([name, measure]) => {
      const at = (key: string, value: unknown) => numberAt(parsed, [benchmark, name, key], value);
      const { value, lower_value: lower, upper_value: upper } = fieldsOf(measure);
      const bounded = typeof lower === 'number' && typeof upper === 'number' && lower <= upper;
      return measured(name, at('value', value), () => parsed.at([benchmark, name, 'value']), {
        kind: 'resource',
        slice: { benchmark },
        ...(bounded && { ci: statedInterval(lower, upper) }),
        ...BUILT_IN.get(name),
      });
    }),
  );
}

/** Bencher Metric Format. Lower and upper values are taken for the ends of a 95 % interval. */
export const bencher = fileFormat({
  name: 'bencher',
  title: 'Bencher Metric Format',
  naming: '`latency[benchmark=…]`; intervals from the bounds',
  source: 'tree',
  fits: ({ syntax, parsed: { value } }) =>
    syntax === 'json' &&
    isFields(value) &&
    Object.keys(value).length > 0 &&
    Object.values(value).every(
      (measures) =>
        isFields(measures) && Object.keys(measures).length > 0 && Object.values(measures).every(isMeasure),
    ),
  read: (source) => ({ metrics: read(source) }),
});
