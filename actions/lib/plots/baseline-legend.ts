import type { LegendEntry } from './drawing.ts';
import { color } from './palette.ts';
import { fitted } from './text-width.ts';

/** Room for the name of a baseline, in pixels. */
const NAME_WIDTH = 130;

/** What tells the model's line from its baseline's; nothing where there is no baseline. */
export const baselineLegend = (baseline: string | undefined): readonly LegendEntry[] =>
  baseline === undefined
    ? []
    : [
        { label: 'this model', color: color(0) },
        { label: `baseline: ${fitted(baseline, NAME_WIDTH)}`, color: color(1) },
      ];
