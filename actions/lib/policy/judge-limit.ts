import type { Answer, Question } from './judgement.ts';
import { slack } from './judgement.ts';
import type { Bound, Rule, Use } from './policy.ts';
import { inUnit } from './quantity.ts';
import { valueText } from './words.ts';

const ENDS: Readonly<
  Record<Exclude<Use, 'value'>, { readonly key: 'low' | 'high'; readonly words: string }>
> = {
  'ci-lower': { key: 'low', words: 'the lower end' },
  'ci-upper': { key: 'high', words: 'the upper end' },
};

type Side = 'least' | 'greatest';

/** A number that a limit looks at, and what to call it. */
interface Looked {
  readonly value: number;
  readonly name: string;
}

/** Judges an absolute limit on the value or on an end of its interval. */
export function judgeLimit(question: Question, rule: Rule & { readonly kind: 'limit' }): Answer {
  const looked = lookedAt(question, rule.use);
  if (typeof looked === 'string') return { status: 'undefined', reason: looked };
  const { n } = question.entry;
  return (
    (rule.min && missed(question, looked, rule.min, 'least')) ??
    (rule.max && missed(question, looked, rule.max, 'greatest')) ?? {
      status: 'pass',
      reason: `${looked.name} is within the limit${n === undefined ? '' : ` (n = ${n})`}`,
    }
  );
}

/** The answer to an end of a limit that does not hold, or cannot be understood. */
function missed(
  { unit, gate }: Question,
  { value, name }: Looked,
  bound: Bound,
  side: Side,
): Answer | undefined {
  const limit = inUnit(bound.quantity, unit);
  if (limit === undefined)
    return {
      status: 'refused',
      reason: `the limit ${bound.quantity.text} is not in the unit of ${gate.metric}, ${unit ?? 'which has none'}; give a plain number, or declare the unit under metrics in the policy`,
    };
  if (holds(value, limit, bound, side)) return undefined;
  return {
    status: 'fail',
    reason: `${name} is ${side === 'least' ? 'below' : 'above'} the ${side} allowed, ${boundText(bound, limit, unit)}`,
    loss: side === 'least' ? limit - value : value - limit,
  };
}

function lookedAt({ entry, unit }: Question, use: Use): Looked | string {
  if (entry.value === null) return entry.problem ?? 'it has no value';
  if (use === 'value') return { value: entry.value, name: preciseText(entry.value, unit) };
  if (entry.ci === undefined)
    return `the metrics hold no interval of ${entry.name}, and use: ${use} asks for one`;
  const { key, words } = ENDS[use];
  const value = entry.ci[key];
  return { value, name: `${words} of the ${entry.ci.level * 100} % interval, ${preciseText(value, unit)},` };
}

function holds(value: number, limit: number, { exclusive }: Bound, side: Side): boolean {
  const room = side === 'least' ? value - limit : limit - value;
  return exclusive ? room > slack(value, limit) : room >= -slack(value, limit);
}

const boundText = ({ quantity, exclusive }: Bound, limit: number, unit: string | undefined): string =>
  `${exclusive ? 'exclusive ' : ''}${quantity.dimension === 'plain' ? preciseText(limit, unit) : quantity.text}`;

/** With enough digits that a value just beyond its limit does not look equal to it. */
const preciseText = (value: number, unit: string | undefined): string =>
  Math.abs(value) >= 1000 || /^bytes?$/i.test(unit ?? '')
    ? valueText(value, unit)
    : `${Number(value.toPrecision(6))}${unit === undefined ? '' : ` ${unit}`}`;
