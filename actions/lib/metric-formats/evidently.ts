import { type Fields, fieldsOf, isFields, listOf, textOf } from '../schema/fields.ts';
import type { ValuePath } from '../schema/parsed-text.ts';
import { adviceOn, measured, Problems } from './entry.ts';
import { type FormatReading, fileFormat, type Measured } from './format.ts';
import { readyGates, type ToolTest } from './ready-gate.ts';
import type { TreeSource } from './source.ts';
import { paramsOf } from './values.ts';

const nameIn = (metric: Fields): string => textOf(metric['metric_name'] ?? metric['metric_id']) ?? '';

/** `ValueDrift(column=age,method=…)` is the metric `ValueDrift` with parameters. */
const typeOf = (metric: Fields): string => /^[^(]+/.exec(nameIn(metric))?.[0] ?? nameIn(metric);

/** The settings of a metric that are no part of its type. */
const settingsOf = (metric: Fields) =>
  Object.fromEntries(Object.entries(paramsOf(fieldsOf(metric['config']))).filter(([key]) => key !== 'type'));

/** Which rows or labels a number of Evidently is about: its column, and all settings where a type is there twice. */
function slicesOf(metrics: readonly Fields[]): readonly Readonly<Record<string, string>>[] {
  const keyOf = (metric: Fields): string =>
    `${typeOf(metric)}\n${String(settingsOf(metric)['column'] ?? '')}`;
  const counts = Map.groupBy(metrics, keyOf);
  return metrics.map((metric) => {
    const settings = Object.entries(settingsOf(metric));
    const alone = counts.get(keyOf(metric))?.length === 1;
    return Object.fromEntries(
      settings.filter(([key]) => !alone || key === 'column').map(([key, value]) => [key, String(value)]),
    );
  });
}

/** Members of a value that say which number it is, where other members are labels. */
const PARTS = new Set(['count', 'share', 'mean', 'std', 'counts', 'shares']);

function leavesOf(
  { parsed }: TreeSource,
  metric: Fields,
  index: number,
  slice: Readonly<Record<string, string>>,
  problems: Problems,
): readonly Measured[] {
  const params = settingsOf(metric);
  const visit = (value: unknown, path: ValuePath, name: string, label: string | undefined): Measured[] => {
    if (isFields(value))
      return Object.entries(value).flatMap(([key, member]) =>
        PARTS.has(key) && label === undefined
          ? visit(member, [...path, key], `${name}.${key}`, undefined)
          : visit(member, [...path, key], name, label === undefined ? key : `${label}.${key}`),
      );
    if (value === null) return [];
    if (typeof value !== 'number') {
      problems.add(`${parsed.at(path)}: ${name}: ${adviceOn(value)}`);
      return [];
    }
    const facts = { slice: label === undefined ? slice : { ...slice, label }, params };
    return [measured(name, value, () => parsed.at(path), facts)];
  };
  return visit(metric['value'], ['metrics', index, 'value'], typeOf(metric), undefined);
}

const OUTCOMES: Readonly<Record<string, Pick<ToolTest, 'outcome' | 'severity'>>> = {
  SUCCESS: { outcome: 'passed', severity: 'error' },
  FAIL: { outcome: 'failed', severity: 'error' },
  WARNING: { outcome: 'failed', severity: 'warning' },
  ERROR: { outcome: 'not-run', severity: 'error' },
  SKIPPED: { outcome: 'not-run', severity: 'warning' },
};

function testOf({ parsed }: TreeSource, test: unknown, index: number): ToolTest {
  const { name, description, status } = fieldsOf(test);
  const known = OUTCOMES[String(status).replace(/^.*\./, '').toUpperCase()];
  return {
    name: textOf(name) ?? `test ${index + 1}`,
    ...(known ?? { outcome: 'not-run', severity: 'error' }),
    reason: textOf(description) ?? `its status is ${String(status)}`,
    place: () => parsed.at(['tests', index]),
  };
}

function read(source: TreeSource): FormatReading {
  const { metrics: found, tests } = fieldsOf(source.parsed.value);
  const metrics = listOf(found).map(fieldsOf);
  const slices = slicesOf(metrics);
  const problems = new Problems();
  const numbers = metrics.flatMap((metric, index) =>
    leavesOf(source, metric, index, slices[index] ?? {}, problems),
  );
  problems.throwAny();
  const ready = readyGates(listOf(tests).map((test, index) => testOf(source, test, index)));
  return { metrics: [...numbers, ...ready.metrics], gates: ready.gates };
}

/** A snapshot of Evidently 0.7 or newer: `snapshot.json()`. Its tests become gates. */
export const evidently = fileFormat({
  name: 'evidently',
  title: 'a snapshot of Evidently 0.7 or newer',
  naming: '`ValueDrift[column=age]`, `DriftedColumnsCount.share`; tests become gates, `test.<name>`',
  source: 'tree',
  fits: ({ parsed: { value } }) => {
    if (!isFields(value) || !Array.isArray(value['metrics'])) return false;
    const metrics: readonly unknown[] = value['metrics'];
    return (
      metrics.length > 0 &&
      metrics.every((metric) => isFields(metric) && nameIn(metric) !== '' && 'value' in metric) &&
      (!('tests' in value) || Array.isArray(value['tests']))
    );
  },
  read,
});
