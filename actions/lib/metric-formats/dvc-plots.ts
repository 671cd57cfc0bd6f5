import { ActionError } from '../errors.ts';
import { type Fields, isFields } from '../schema/fields.ts';
import type { CsvTable } from './csv-table.ts';
import { adviceOn, measured, Problems } from './entry.ts';
import { type FormatOptions, fileFormat, type Measured } from './format.ts';
import type { TreeSource } from './source.ts';
import { bestRow, cellNumber, cellPlace, lastRow, ROW_CHOICES, rowChoice } from './training-log.ts';

/** What says where a point of a plot lies rather than how good the model is there. */
const AXES = ['step', 'epoch', 'timestamp', 'index'];

const isAxis = (name: string): boolean => AXES.includes(name);

/** Points of a plot: a list of objects, or an object with that list as its only member. */
function pointsOf(value: unknown): readonly Fields[] | undefined {
  const [only, ...more] = isFields(value) ? Object.values(value) : [value];
  if (more.length > 0 || !Array.isArray(only) || only.length === 0) return undefined;
  const points: readonly unknown[] = only;
  return points.every(isFields) ? points : undefined;
}

const hasAxis = (points: readonly Fields[]): boolean =>
  points.every((point) => Object.keys(point).some(isAxis) && Object.keys(point).some((key) => !isAxis(key)));

function readPoints({ parsed }: TreeSource, { choice }: FormatOptions): readonly Measured[] {
  const points = pointsOf(parsed.value) ?? [];
  const last = points.at(-1);
  if (last === undefined)
    throw new ActionError(
      'invalid-file',
      `${parsed.where}: expected a list of points with names and numbers`,
    );
  const chosen = rowChoice(choice, 'dvc-plots');
  const point = chosen.kind === 'last' ? last : bestPoint(points, chosen.column, chosen.kind, parsed.where);
  const [key] = isFields(parsed.value) ? Object.keys(parsed.value) : [];
  const path = [...(key === undefined ? [] : [key]), points.indexOf(point)];
  const problems = new Problems();
  const found = Object.entries(point).flatMap(([name, value]) => {
    if (isAxis(name)) return [];
    const place = (): string => parsed.at([...path, name]);
    if (typeof value === 'number') return [measured(name, value, place)];
    problems.add(`${place()}: ${name}: ${adviceOn(value)}`);
    return [];
  });
  problems.throwAny();
  return found;
}

function bestPoint(
  points: readonly Fields[],
  name: string,
  kind: 'least' | 'greatest',
  where: string,
): Fields {
  let best: Fields | undefined;
  for (const point of points) {
    const value = point[name];
    if (typeof value !== 'number' || Number.isNaN(value)) continue;
    const other = Number(best?.[name]);
    if (best === undefined || (kind === 'least' ? value < other : value > other)) best = point;
  }
  if (best !== undefined) return best;
  throw new ActionError('invalid-input', `${where}: no point holds a number named ${name} to choose it by`);
}

function readTable(table: CsvTable, { choice }: FormatOptions): readonly Measured[] {
  const chosen = rowChoice(choice, 'dvc-plots-table');
  const row = chosen.kind === 'last' ? lastRow(table) : bestRow(table, chosen);
  return table.header.flatMap((name, column) => {
    const value = isAxis(name) ? undefined : cellNumber(table, row, column);
    return value === undefined ? [] : [measured(name, value, cellPlace(table, row, column))];
  });
}

/** Plots of metrics over steps or epochs in JSON or YAML. The last point is the model's. */
export const dvcPlots = fileFormat({
  name: 'dvc-plots',
  title: 'points of a DVC plot in JSON or YAML, [{"step": 0, "loss": 0.7}, …]',
  naming: 'names of the points; the last point, or the best',
  source: 'tree',
  choices: ROW_CHOICES,
  anyShape: true,
  fits: ({ parsed: { value } }) => {
    const points = pointsOf(value);
    return points !== undefined && hasAxis(points);
  },
  read: (source, options) => ({ metrics: readPoints(source, options) }),
});

/** The same as a table, as DVCLive writes `plots/metrics/<name>.tsv`: `step` first, then the metric. */
export const dvcPlotsTable = fileFormat({
  name: 'dvc-plots-table',
  title: 'points of a DVC plot as a table of tabs, as DVCLive writes them',
  naming: 'names of the columns; the last row, or the best',
  source: 'table',
  choices: ROW_CHOICES,
  anyShape: true,
  fits: ({ table: { header, delimiter } }) =>
    delimiter === '\t' && header.includes('step') && header.some((name) => !isAxis(name)),
  read: ({ table }, options) => ({ metrics: readTable(table, options) }),
});
