import type { Direction } from '../documents/metrics.ts';
import { ActionError } from '../errors.ts';
import { fieldsOf, isFields, listOf, textOf } from '../schema/fields.ts';
import type { ParsedText, ValuePath } from '../schema/parsed-text.ts';
import { measured, numberAt } from './entry.ts';
import { type FormatReading, fileFormat, type Measured } from './format.ts';
import type { TreeSource } from './source.ts';
import { paramsOf } from './values.ts';

const isBench = (value: unknown): boolean =>
  isFields(value) && typeof value['name'] === 'string' && 'value' in value && 'unit' in value;

/** The tools whose numbers are better one way; those of others, such as go and jmh, may be times or rates. */
const DIRECTIONS: ReadonlyMap<unknown, Direction> = new Map<unknown, Direction>([
  ['customBiggerIsBetter', 'higher'],
  ['customSmallerIsBetter', 'lower'],
  ['pytest', 'higher'],
  ['benchmarkjs', 'higher'],
  ['cargo', 'lower'],
  ['googlecpp', 'lower'],
  ['benchmarkdotnet', 'lower'],
]);

function benches(
  parsed: ParsedText,
  path: ValuePath,
  list: unknown,
  context: { readonly suite?: string; readonly direction?: Direction },
): readonly Measured[] {
  return listOf(list).map((bench, index) => {
    const { name, unit, value, range, extra } = fieldsOf(bench);
    const at = [...path, index, 'value'];
    return measured(textOf(name) ?? '', numberAt(parsed, at, value), () => parsed.at(at), {
      ...(typeof unit === 'string' && { unit }),
      ...(context.direction && { direction: context.direction }),
      ...(context.suite !== undefined && { slice: { suite: context.suite } }),
      params: paramsOf({ range, extra }),
    });
  });
}

/** A list of numbers, as the action takes them with `tool: customBiggerIsBetter` or `customSmallerIsBetter`. */
export const githubActionBenchmark = fileFormat({
  name: 'github-action-benchmark',
  title: 'benchmarks for github-action-benchmark, [{"name", "unit", "value"}]',
  naming: 'names of the benchmarks',
  source: 'tree',
  fits: ({ parsed: { value } }) => Array.isArray(value) && value.length > 0 && value.every(isBench),
  read: ({ parsed }) => ({ metrics: benches(parsed, [], parsed.value, {}) }),
});

function readHistory({ parsed }: TreeSource): FormatReading {
  const suites = Object.entries(fieldsOf(fieldsOf(parsed.value)['entries']));
  const newest = (back: number) =>
    suites.flatMap(([suite, runs]) => {
      const index = listOf(runs).length - 1 - back;
      const { tool, benches: list } = fieldsOf(listOf(runs)[index]);
      const direction = DIRECTIONS.get(tool);
      return benches(parsed, ['entries', suite, index, 'benches'], list, {
        ...(suites.length > 1 && { suite }),
        ...(direction && { direction }),
      });
    });
  const metrics = newest(0);
  if (metrics.length === 0)
    throw new ActionError('invalid-file', `${parsed.where}: its entries hold no benchmark`);
  const dates = suites.map(([, runs]) => Number(fieldsOf(listOf(runs).at(-1))['date'] ?? Number.NaN));
  const last = Math.max(...dates);
  return {
    metrics,
    baseline: newest(1),
    ...(last > 0 && last < 8.64e15 && { created: new Date(last).toISOString() }),
  };
}

/** The history that the action keeps, `data.js`: the newest commit, and the one before it as its baseline. */
export const githubActionBenchmarkHistory = fileFormat({
  name: 'github-action-benchmark-history',
  title: 'data.js of github-action-benchmark',
  naming:
    'names of the benchmarks, by `suite` where there are several; the commit before is the baseline of `baseline: auto`',
  source: 'tree',
  fits: ({ syntax, parsed: { value } }) =>
    (syntax === 'script' || syntax === 'json') &&
    isFields(value) &&
    'lastUpdate' in value &&
    isFields(value['entries']) &&
    Object.values(value['entries']).every(Array.isArray),
  read: readHistory,
});
