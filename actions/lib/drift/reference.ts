import { formatNumber } from '../report/format-number.ts';
import { code, markdownText, table } from '../report/markdown.ts';
import { DRIFT_MEASURES } from './catalog.ts';
import type { DriftMeasure } from './measure.ts';

/** The catalog of drift measures as a table in Markdown, for the documentation. */
export const driftReference = (): string =>
  table(
    ['Method', 'What it is', 'For', 'Drift from', 'Source', 'Known as'],
    DRIFT_MEASURES.map((measure) => [
      code(measure.name),
      markdownText(measure.about),
      markdownText(subjectsOf(measure)),
      thresholdsOf(measure),
      markdownText(measure.source),
      markdownText(measure.aliases.map(([tool, name]) => `${tool} ${name}`).join(', ')),
    ]),
  );

function subjectsOf({ needs, numbers }: DriftMeasure): string {
  if (needs !== undefined) return needs;
  return numbers === undefined ? 'categories; numbers in cells between deciles' : 'numbers, categories';
}

const thresholdsOf = ({ threshold, warnAt }: DriftMeasure): string =>
  warnAt === undefined
    ? formatNumber(threshold)
    : `${formatNumber(threshold)} (warning from ${formatNumber(warnAt)})`;
