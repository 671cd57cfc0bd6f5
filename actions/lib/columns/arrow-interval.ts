/** Reads intervals as durations of ISO 8601. Units: 0 months, 1 days and milliseconds, 2 months, days, nanoseconds. */
export function intervalText(view: DataView, unit: number, index: number): string {
  if (unit === 0) return `P${view.getInt32(index * 4, true)}M`;
  if (unit === 1) return `P${view.getInt32(index * 8, true)}DT${view.getInt32(index * 8 + 4, true) / 1000}S`;
  const at = index * 16;
  const nanos = Number(view.getBigInt64(at + 8, true));
  return `P${view.getInt32(at, true)}M${view.getInt32(at + 4, true)}DT${nanos / 1e9}S`;
}
