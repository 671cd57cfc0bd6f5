const comparisons = {
  '>=': (value: number, limit: number) => value >= limit,
  '<=': (value: number, limit: number) => value <= limit,
  '==': (value: number, limit: number) => value === limit,
  '!=': (value: number, limit: number) => value !== limit,
  '>': (value: number, limit: number) => value > limit,
  '<': (value: number, limit: number) => value < limit,
} as const;

type Operator = keyof typeof comparisons;

const isOperator = (text: string): text is Operator => Object.hasOwn(comparisons, text);

/** A comparison with a number, such as `> 0.05`. */
export interface Condition {
  readonly operator: Operator;
  readonly limit: number;
}

const CONDITION = /^(?:result\s*)?(>=|<=|==|!=|>|<)\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)$/;

/** Reads `> 0.05`, or `result > 0.05`; `undefined` for anything else. */
export function parseCondition(text: string): Condition | undefined {
  const [, operator = '', number = ''] = CONDITION.exec(text.trim()) ?? [];
  const limit = Number(number);
  return isOperator(operator) && Number.isFinite(limit) ? { operator, limit } : undefined;
}

/** Whether a value meets a condition. Never for a value that is not finite: no number is no answer. */
export const meets = ({ operator, limit }: Condition, value: number): boolean =>
  Number.isFinite(value) && comparisons[operator](value, limit);

/** The condition as people write it. */
export const conditionText = ({ operator, limit }: Condition): string => `${operator} ${limit}`;
