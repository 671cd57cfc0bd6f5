const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Counts as a line of blocks, the largest at full height; a count of zero is a space: `▂▅█▃ ▁`. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(0, ...counts);
  return counts
    .map((count) => (count > 0 ? (BLOCKS[Math.min(7, Math.ceil((count / most) * 8) - 1)] ?? '') : ' '))
    .join('');
}

/** A share of one as a bar of so many characters: `██████░░░░`. */
export function bar(fraction: number, width = 10): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

/** Values as a line of blocks between the least and the largest of them: `▁▃▄▄█`; all in the middle when they are equal. */
export function trendLine(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const height = (value: number): number => (high > low ? (value - low) / (high - low) : 0.5);
  return values.map((value) => BLOCKS[Math.min(7, Math.floor(height(value) * 8))] ?? '').join('');
}
