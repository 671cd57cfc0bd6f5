import { badgeJson, badgeSvg, metricBadge } from '../lib/badge/badge.ts';
import type { GateDocument } from '../lib/documents/gate.ts';
import { findEntry, type MetricsView } from '../lib/policy/metrics-view.ts';
import { visibleText } from '../lib/report/visible-text.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** The metric to show, `undefined` for no badge, and where the files go. */
export interface BadgeInputs {
  readonly badge: string | undefined;
  readonly outputDir: string;
}

/**
 * Writes `badge.json`, which shields.io draws, and `badge.svg` for the metric that the input names. A metric that the
 * candidate does not have is a warning and a badge that says so.
 *
 * @returns the paths of both files; none without the input
 */
export async function writeBadge(
  runtime: Runtime,
  inputs: BadgeInputs,
  document: GateDocument,
  candidate: MetricsView,
): Promise<readonly string[]> {
  const { badge: metric, outputDir } = inputs;
  if (metric === undefined) return [];
  const value = findEntry(candidate, metric, undefined)?.value ?? undefined;
  if (value === undefined)
    runtime.log.warning(
      `badge: the metrics hold no value of "${visibleText(metric)}"; they have ${namesOf(candidate)}`,
    );
  const badge = metricBadge(metric, value, document.verdict);
  const files = [
    [`${outputDir}/badge.json`, badgeJson(badge)],
    [`${outputDir}/badge.svg`, badgeSvg(badge)],
  ] as const;
  for (const [path, content] of files) await runtime.files.write(path, content);
  return files.map(([path]) => path);
}

const MAX_NAMES = 10;

function namesOf({ entries }: MetricsView): string {
  const names = [...new Set(entries.filter(({ value }) => value !== null).map(({ name }) => name))];
  if (names.length === 0) return 'none';
  return `${names.slice(0, MAX_NAMES).map(visibleText).join(', ')}${names.length > MAX_NAMES ? ', …' : ''}`;
}
