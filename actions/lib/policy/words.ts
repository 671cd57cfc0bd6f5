import type { Direction } from '../documents/metrics.ts';
import { formatBytes, formatDifference, formatNumber } from '../report/format-number.ts';
import type { Rule } from './policy.ts';
import type { Quantity } from './quantity.ts';

/** A number as people read it: four significant digits, thousands apart. */
export const numberText = (value: number): string => formatNumber(value);

/** A number with its unit: `18.2 MiB`, `41.2 ms`, `0.8731`. */
export function valueText(value: number, unit: string | undefined): string {
  if (unit === undefined) return formatNumber(value);
  return /^bytes?$/i.test(unit) ? formatBytes(value) : `${formatNumber(value)} ${unit}`;
}

/** A change with its sign. */
export const changeText = (value: number, unit: string | undefined): string =>
  value === 0 ? valueText(0, unit) : `${value < 0 ? '-' : '+'}${valueText(Math.abs(value), unit)}`;

/** A change as a share of the baseline, with its sign: `-2.44 %`. */
export const shareText = (change: number, baseline: number): string =>
  `${formatDifference((change / Math.abs(baseline)) * 100)} %`;

/** A p-value as reports show it. */
export const pText = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${Number(p.toPrecision(2))}`);

/** What a rule allows, short enough for a table: `≥ 0.85`, `-0.005`, `+15 % and +5 ms`. */
export function allowedText(rule: Rule, direction: Direction | undefined, unit: string | undefined): string {
  const worse = direction === 'lower' ? '+' : '-';
  const better = direction === 'lower' ? '-' : '+';
  switch (rule.kind) {
    case 'limit':
      return limitText(rule, unit);
    case 'versus':
      return versusText(rule);
    case 'max-regression':
      return regressionText(rule, worse, unit);
    case 'max-improvement':
      return `at most ${better}${quantityText(rule.absolute, unit)}`;
    case 'non-inferior':
      return `${worse}${quantityText(rule.margin, unit)}`;
    default:
      return rule satisfies never;
  }
}

type RuleOf<K extends Rule['kind']> = Rule & { readonly kind: K };

const LIMITED = { value: '', 'ci-lower': 'lower end ', 'ci-upper': 'upper end ' } as const;

function limitText({ min, max, use }: RuleOf<'limit'>, unit: string | undefined): string {
  const least = min && `${min.exclusive ? '>' : '≥'} ${quantityText(min.quantity, unit)}`;
  const most = max && `${max.exclusive ? '<' : '≤'} ${quantityText(max.quantity, unit)}`;
  return `${LIMITED[use]}${[least, most].filter((end) => end !== undefined).join(' and ')}`;
}

function versusText({ side, offset, exclusive }: RuleOf<'versus'>): string {
  const signs = exclusive ? { 'at-least': '>', 'at-most': '<' } : { 'at-least': '≥', 'at-most': '≤' };
  if (offset.value === 0) return `${signs[side]} baseline`;
  return `${signs[side]} baseline ${offset.value < 0 ? '-' : '+'} ${offset.text.replace(/^-/, '')}`;
}

function regressionText(
  { absolute, relative, combine }: RuleOf<'max-regression'>,
  worse: string,
  unit: string | undefined,
): string {
  const amount = absolute && `${worse}${quantityText(absolute, unit)}`;
  const share = relative === undefined ? undefined : `${worse}${numberText(relative * 100)} %`;
  return [amount, share].filter((part) => part !== undefined).join(combine === 'all' ? ' and ' : ' or ');
}

const quantityText = ({ dimension, value, text }: Quantity, unit: string | undefined): string =>
  dimension === 'plain' ? valueText(value, unit) : text;
