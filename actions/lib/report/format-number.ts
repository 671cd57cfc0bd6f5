/** Whole numbers from here on are written in full only up to this many digits. */
const MAX_PLAIN = 1e15;
const MIN_PLAIN = 1e-4;

/**
 * A number with so many significant digits, thousands separated: `0.9123`, `1,235`, `1.2e-7`. Whole numbers keep
 * all their digits.
 */
export function formatNumber(value: number, significant = 4): string {
  if (!Number.isFinite(value))
    return Number.isNaN(value) ? 'not a number' : value > 0 ? 'infinite' : '-infinite';
  const size = Math.abs(value);
  if (size >= MAX_PLAIN || (size < MIN_PLAIN && size > 0))
    return trimZeros(value.toExponential(significant - 1));
  if (Number.isInteger(value)) return grouped(value.toFixed(0));
  const decimals = Math.max(0, significant - 1 - Math.floor(Math.log10(size)));
  return grouped(trimZeros(value.toFixed(Math.min(decimals, 20))));
}

/** A number with a fixed count of decimals, thousands separated. */
export const formatFixed = (value: number, decimals: number): string =>
  Number.isFinite(value) ? grouped(value.toFixed(decimals)) : formatNumber(value);

/** A whole number, thousands separated: `1,234,567`. */
export const formatCount = (count: number): string => formatFixed(count, 0);

/** A count and its noun: `1 row`, `1,200 rows`. */
export const formatQuantity = (count: number, singular: string, plural = `${singular}s`): string =>
  `${formatCount(count)} ${count === 1 ? singular : plural}`;

/** A fraction of one as percent: `12.3 %`. A fraction that is not quite 0 or 1 is never rounded to it: `<0.1 %`, `>99.9 %`. */
export function formatPercent(fraction: number, decimals = 1): string {
  const least = 10 ** -decimals;
  if (fraction > 0 && fraction * 100 < least / 2) return `<${least.toFixed(decimals)} %`;
  if (fraction < 1 && fraction * 100 > 100 - least / 2) return `>${(100 - least).toFixed(decimals)} %`;
  return `${formatFixed(fraction * 100, decimals)} %`;
}

/** A difference with its sign: `+0.012`, `-3`, `0`. */
export const formatDifference = (value: number, significant = 3): string =>
  `${value > 0 ? '+' : ''}${formatNumber(value, significant)}`;

/** An interval with equally many decimals at both ends: `[0.812, 0.870]`. */
export function formatInterval(
  interval: { readonly low: number; readonly high: number },
  significant = 3,
): string {
  const { low, high } = interval;
  const size = Math.max(Math.abs(low), Math.abs(high));
  const plain = Number.isFinite(size) && size < MAX_PLAIN && (size >= MIN_PLAIN || size === 0);
  if (!plain) return `[${formatNumber(low, significant)}, ${formatNumber(high, significant)}]`;
  const decimals = size === 0 ? 0 : Math.min(12, Math.max(0, significant - 1 - Math.floor(Math.log10(size))));
  return `[${formatFixed(low, decimals)}, ${formatFixed(high, decimals)}]`;
}

const BYTE_UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A size: `512 bytes`, `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  if (Math.abs(bytes) < 1024) return formatQuantity(bytes, 'byte');
  let size = bytes;
  let unit = 'bytes';
  for (const larger of BYTE_UNITS) {
    if (Math.abs(size) < 1024) break;
    size /= 1024;
    unit = larger;
  }
  return `${formatNumber(size, 3)} ${unit}`;
}

/** A length of time: `850 ms`, `12.3 s`, `4 min 5 s`, `2 h 3 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${formatNumber(Math.round(ms))} ms`;
  if (ms < 59_950) return `${formatFixed(ms / 1_000, 1).replace(/\.0$/, '')} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return pair(seconds, 60, 'min', 's');
  const minutes = Math.round(seconds / 60);
  return minutes < 1_440 ? pair(minutes, 60, 'h', 'min') : pair(Math.round(minutes / 60), 24, 'd', 'h');
}

function pair(total: number, size: number, large: string, small: string): string {
  const rest = total % size;
  const whole = `${formatCount(Math.floor(total / size))} ${large}`;
  return rest === 0 ? whole : `${whole} ${rest} ${small}`;
}

const trimZeros = (text: string): string => text.replace(/(\.\d*?)0+(?=e|$)/, '$1').replace(/\.(?=e|$)/, '');

const grouped = (text: string): string => {
  const [whole = '', decimals] = text.split('.');
  // A number that rounds to zero has no sign.
  const sign = /^-[0.]*$/.test(text) ? whole.slice(1) : whole;
  const separated = sign.replace(/\B(?=(\d{3})+$)/g, ',');
  return decimals === undefined ? separated : `${separated}.${decimals}`;
};
