import type {
  ChangedRows,
  ComparedMetric,
  Fairness,
  MetricsDocument,
  MetricValue,
} from '../lib/documents/metrics.ts';
import {
  formatCount,
  formatDifference,
  formatInterval,
  formatNumber,
  formatQuantity,
} from '../lib/report/format-number.ts';
import { bulletList, code, details, markdownText, sections, table } from '../lib/report/markdown.ts';

const BETTER = { candidate: '🟢 better', baseline: '🔴 worse', unclear: '⚪ unclear' } as const;
/** Rows that are shown of those that changed; the document holds more. */
const MAX_CHANGED = 5;

/** What got better and worse against the baseline, on the same rows. */
export function comparisonSection({ baseline, settings }: MetricsDocument): string | undefined {
  if (!baseline) return undefined;
  const overall = baseline.metrics.filter(({ slice }) => slice === undefined);
  const header = [
    'metric',
    'baseline',
    'candidate',
    'change',
    `${formatNumber(settings.confidence * 100)} % interval`,
    '',
  ];
  return sections(
    `#### Against ${code(baseline.name)}, on the same ${formatQuantity(baseline.rows, 'row')}`,
    table(header, overall.map(comparedRow), ['left', 'right', 'right', 'right', 'right', 'left']),
    changedSection('Fixed', baseline.fixed),
    changedSection('Broken', baseline.broken),
  );
}

const shown = (value: number | null): string => (value === null ? '–' : formatNumber(value));

const comparedRow = ({ name, baseline, candidate, change, ci, better }: ComparedMetric): string[] => [
  code(name),
  shown(baseline),
  shown(candidate),
  change === undefined ? '–' : formatDifference(change),
  ci ? formatInterval(ci) : '',
  ci ? BETTER[better] : '',
];

function changedSection(title: string, changed: ChangedRows | undefined): string | undefined {
  if (!changed) return undefined;
  const heading = `${title}: ${formatQuantity(changed.count, 'row')}`;
  if (changed.examples.length === 0) return heading;
  const rows = changed.examples
    .slice(0, MAX_CHANGED)
    .map(({ id, actual, candidate, baseline }) => [
      code(id),
      markdownText(String(actual)),
      markdownText(String(baseline)),
      markdownText(String(candidate)),
    ]);
  return details(
    heading,
    table(['row', 'actual', 'baseline', 'candidate'], rows, ['left', 'left', 'left', 'left']),
  );
}

/** How far groups lie apart, and the groups themselves. */
export function fairnessSection({ fairness }: MetricsDocument): string | undefined {
  if (!fairness || fairness.length === 0) return undefined;
  return sections(...fairness.map(oneFairness));
}

const valueText = ({ value, undefined: why }: MetricValue): string =>
  value === null ? `*${markdownText(why ?? 'no value')}*` : formatNumber(value);

function oneFairness({ by, groups, excluded, gaps }: Fairness): string {
  const gapRows = gaps.map((gap) => [
    code(gap.name),
    valueText(gap),
    gap.ci ? formatInterval(gap.ci) : '',
    markdownText(
      [gap.params?.['min_group'], gap.params?.['max_group']]
        .filter((group) => group !== undefined)
        .join(' … '),
    ),
  ]);
  const names = [...new Set(groups.flatMap(({ metrics }) => metrics.map(({ name }) => name)))];
  const groupRows = groups.map(({ group, n, metrics }) => [
    markdownText(group),
    formatCount(n),
    ...names.map((name) => {
      const own = metrics.find((metric) => metric.name === name);
      return own ? valueText(own) : '';
    }),
  ]);
  return sections(
    `#### Groups of ${code(by)}`,
    table(['gap', 'value', 'interval', 'between'], gapRows, ['left', 'right', 'right', 'left']),
    details(
      'Groups',
      table(['group', 'rows', ...names], groupRows, ['left', 'right', ...names.map(() => 'right' as const)]),
    ),
    excluded.length > 0
      ? `Not compared: ${excluded.map(({ group, n, reason }) => `${markdownText(group)} (${formatQuantity(n, 'row')}, ${markdownText(reason)})`).join(', ')}`
      : undefined,
  );
}

/** What was found in the model's files, unless they are safe. */
export function modelFilesSection({ modelFiles }: MetricsDocument): string | undefined {
  const suspicious = (modelFiles ?? []).filter(({ verdict }) => verdict !== 'safe');
  if (suspicious.length === 0) return undefined;
  return sections(
    '#### Model files',
    bulletList(
      suspicious.map(
        ({ file, format, verdict, problems }) =>
          `${verdict === 'unsafe' ? '⛔' : '❓'} ${code(file)} (${markdownText(format)}): ${problems.map(({ message, where }) => `${markdownText(message)}${where === '' ? '' : ` (${code(where)})`}`).join('; ')}`,
      ),
    ),
  );
}
