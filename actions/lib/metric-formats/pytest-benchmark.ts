import { fieldsOf, isFields, listOf, textOf } from '../schema/fields.ts';
import { type EntryFacts, measured, numberAt } from './entry.ts';
import { fileFormat, type Measured } from './format.ts';
import { stderrInterval } from './interval.ts';
import type { TreeSource } from './source.ts';
import { countOf } from './values.ts';

const TIME: EntryFacts = { direction: 'lower', unit: 's', kind: 'resource' };
/** The statistics that are metrics; the others describe the spread of the rounds. */
const STATISTICS: ReadonlyMap<string, EntryFacts> = new Map<string, EntryFacts>([
  ['min', TIME],
  ['max', TIME],
  ['mean', TIME],
  ['median', TIME],
  ['ops', { direction: 'higher', unit: 'operations/s', kind: 'resource' }],
]);

function read({ parsed }: TreeSource): readonly Measured[] {
  return listOf(fieldsOf(parsed.value)['benchmarks']).flatMap((item, index) => {
    const { fullname, name, stats: found } = fieldsOf(item);
    const stats = fieldsOf(found);
    const rounds = countOf(stats['rounds']);
    const spread = Number(stats['stddev']);
    return [...STATISTICS].map(([statistic, facts]) => {
      const path = ['benchmarks', index, 'stats', statistic];
      const value = numberAt(parsed, path, stats[statistic]);
      const ci =
        statistic === 'mean' && rounds !== undefined && rounds > 1
          ? stderrInterval(value, spread / Math.sqrt(rounds))
          : undefined;
      return measured(statistic, value, () => parsed.at(path), {
        ...facts,
        slice: { benchmark: textOf(fullname) ?? textOf(name) ?? String(index) },
        ...(rounds !== undefined && { n: rounds }),
        ...(ci && { ci }),
      });
    });
  });
}

/** `pytest --benchmark-json`: times in seconds, a slice for each benchmark, `n` its rounds. */
export const pytestBenchmark = fileFormat({
  name: 'pytest-benchmark',
  title: 'pytest --benchmark-json',
  naming: '`mean[benchmark=…]`, also `min`, `max`, `median` in seconds and `ops`; n is the rounds',
  source: 'tree',
  fits: ({ parsed: { value } }) => {
    if (!isFields(value) || !isFields(value['machine_info']) || !Array.isArray(value['benchmarks']))
      return false;
    const benchmarks: readonly unknown[] = value['benchmarks'];
    return benchmarks.length > 0 && benchmarks.every((item) => isFields(item) && isFields(item['stats']));
  },
  read: (source) => ({ metrics: read(source) }),
});
