import { seriesWithoutScale } from '../lib/metrics/forecast/scaled-errors.ts';
import { queriesWithoutRelevant } from '../lib/metrics/ranking/ties.ts';
import type { EvaluationRows } from '../lib/metrics/rows.ts';
import { rougeWarning } from '../lib/metrics/text/rouge.ts';

/** What rows leave out without failing, which people should know. */
export function notesOn(rows: EvaluationRows): readonly string[] {
  if (rows.task === 'text') return [rougeWarning(rows)].filter((note) => note !== undefined);
  if (rows.task === 'ranking') {
    const without = queriesWithoutRelevant(rows);
    return without > 0
      ? [`${without} of ${rows.count} queries have no relevant item and count in no metric`]
      : [];
  }
  if (rows.task !== 'forecast' || !rows.scales) return [];
  const without = seriesWithoutScale(rows);
  return without.length > 0
    ? [
        `mase and rmsse leave out ${without.length} series without a past to compare with: ${without.slice(0, 5).join(', ')}`,
      ]
    : [];
}
