import type { Rule } from './policy.ts';
import { below, type GateEntry, type Report, type Written } from './policy-file.ts';
import { parseQuantity, plain, type Quantity } from './quantity.ts';

/** Keys of a gate that say what it asks for; a gate has exactly one of the four kinds of them. */
const RULE_KEYS = ['min', 'max', 'max-regression', 'max-improvement', 'non-inferior'] as const;

/** What a gate of the policy file asks for; a problem is reported, and the rule is then not to be used. */
export function readRule(gate: GateEntry, report: Report): Rule {
  const present = RULE_KEYS.filter((key) => gate[key] !== undefined);
  const kinds = new Set(present.map((key) => (key === 'min' || key === 'max' ? 'limit' : key)));
  if (kinds.size === 0) report([], `this gate asks for nothing; add one of ${RULE_KEYS.join(', ')}`);
  if (kinds.size > 1)
    report([present[1] ?? ''], `a gate asks for one thing; make ${present.join(' and ')} gates of their own`);
  if (gate.use !== undefined && !kinds.has('limit')) report(['use'], 'use belongs to min and max');
  const regression = gate['max-regression'];
  if (regression !== undefined) return readRegression(regression, below(report, 'max-regression'));
  const improvement = gate['max-improvement'];
  if (improvement !== undefined)
    return {
      kind: 'max-improvement',
      absolute: readTolerance(improvement.absolute, 'absolute', below(report, 'max-improvement')),
    };
  const inferior = gate['non-inferior'];
  if (inferior !== undefined)
    return {
      kind: 'non-inferior',
      margin: readTolerance(inferior.margin, 'margin', below(report, 'non-inferior')),
    };
  return readLimit(gate, report);
}

function readLimit(gate: GateEntry, report: Report): Rule {
  const end = (key: 'min' | 'max') => {
    const written = gate[key];
    return written === undefined
      ? undefined
      : { quantity: readQuantityAt(written, key, report), exclusive: false };
  };
  const [min, max] = [end('min'), end('max')];
  if (min !== undefined && max !== undefined && min.quantity.value > max.quantity.value)
    report(['min'], `min ${min.quantity.text} is above max ${max.quantity.text}: no value can hold`);
  return { kind: 'limit', min, max, use: gate.use ?? 'value' };
}

function readRegression(
  { absolute, relative, combine }: NonNullable<GateEntry['max-regression']>,
  report: Report,
): Rule {
  if (absolute === undefined && relative === undefined) report([], 'expected absolute, relative or both');
  if (combine !== undefined && (absolute === undefined || relative === undefined))
    report(['combine'], 'combine joins absolute and relative; give both');
  return {
    kind: 'max-regression',
    absolute: absolute === undefined ? undefined : readTolerance(absolute, 'absolute', report),
    relative: relative === undefined ? undefined : readShare(relative, report),
    combine: combine ?? 'all',
  };
}

function readShare(written: Written, report: Report): number {
  const share = readQuantityAt(written, 'relative', report);
  if (share.dimension !== 'plain' && share.dimension !== 'percent')
    report(['relative'], `expected a share such as 2% or 0.02, found "${share.text}"`);
  refuseNegative(share, 'relative', report);
  return share.value;
}

/** An amount in the unit of the metric, at least 0. */
function readTolerance(written: Written, key: 'absolute' | 'margin', report: Report): Quantity {
  const quantity = readQuantityAt(written, key, report);
  if (quantity.dimension === 'percent' && key === 'absolute')
    report(
      [key],
      `absolute: a share of the baseline such as ${quantity.text} is relative; give a number here`,
    );
  refuseNegative(quantity, key, report);
  return quantity;
}

function readQuantityAt(written: Written, key: string, report: Report): Quantity {
  if (typeof written === 'number') return plain(written);
  const quantity = parseQuantity(written);
  if (!('problem' in quantity)) return quantity;
  report([key], `${key}: ${quantity.problem}`);
  return plain(0);
}

function refuseNegative(quantity: Quantity, key: string, report: Report): void {
  if (quantity.value < 0) report([key], `${key}: a tolerance is at least 0, found ${quantity.text}`);
}
