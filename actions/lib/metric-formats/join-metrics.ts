import { ActionError } from '../errors.ts';
import type { MetricEntry } from '../policy/metrics-view.ts';
import type { Measured } from './format.ts';

/** Beyond this a file is no list of metrics. */
const MAX_METRICS = 100_000;

/**
 * All numbers as one list. The same number twice is one; two values for one metric on one slice are an error,
 * because whichever a gate took, the other would be hidden.
 *
 * @throws ActionError invalid-file with both places of every contradiction; limit-exceeded over 100,000 metrics
 */
export function joinMetrics(found: readonly Measured[]): readonly MetricEntry[] {
  if (found.length > MAX_METRICS)
    throw new ActionError(
      'limit-exceeded',
      `${found[0]?.place()}: ${found.length} metrics, at most ${MAX_METRICS} are judged together`,
    );
  const known = new Map<string, Measured>();
  const conflicts: string[] = [];
  for (const measured of found) {
    const { entry } = measured;
    const key = JSON.stringify([entry.name, entry.slice ?? null]);
    const first = known.get(key);
    if (first === undefined) known.set(key, measured);
    else if (first.entry.value !== entry.value) conflicts.push(conflict(first, measured));
  }
  if (conflicts.length === 0) return [...known.values()].map(({ entry }) => entry);
  const shown = conflicts.slice(0, 20);
  const more = conflicts.length - shown.length;
  throw new ActionError(
    'invalid-file',
    [...shown, ...(more > 0 ? [`and ${more} more contradictions`] : [])].join('\n'),
  );
}

function conflict(first: Measured, second: Measured): string {
  const { name, slice } = second.entry;
  const value = ({ entry }: Measured): string => (entry.value === null ? 'no value' : String(entry.value));
  return `${second.place()}: ${name}${slice === undefined ? '' : `[${slice}]`} is ${value(second)} here and ${value(first)} at ${first.place()}; keep one, or give the two names or slices of their own`;
}
