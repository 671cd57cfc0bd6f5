import { parseDate, parseTime, parseTimestamp } from '../../tabular/date-format.ts';
import type { Arithmetic, Comparison, Expression, InstantWord } from './syntax.ts';
import { expressionError, type Keyword, type Token, tokens } from './tokens.ts';

/** Deeper nesting is refused, so that no expression overflows the stack. */
const MAX_DEPTH = 100;

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ['=', '='],
  ['==', '='],
  ['!=', '!='],
  ['<>', '!='],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);
const SUMS: ReadonlyMap<string, Arithmetic> = new Map([
  ['+', '+'],
  ['-', '-'],
]);
const PRODUCTS: ReadonlyMap<string, Arithmetic> = new Map([
  ['*', '*'],
  ['/', '/'],
  ['%', '%'],
]);

const INSTANTS: Readonly<Record<InstantWord, (text: string) => number | undefined>> = {
  date: parseDate,
  timestamp: (text) => parseTimestamp(text) ?? parseDate(text),
  time: parseTime,
};
const isInstantWord = (word: string): word is InstantWord => Object.hasOwn(INSTANTS, word);

/**
 * Reads an expression, from loosest to tightest: `or`, `and`, `not`, comparison (`is null`, `in`, `between`), `+ -`,
 * `* / %`, a sign.
 *
 * @throws ActionError invalid-file that names the character
 */
export function parseExpression(source: string): Expression {
  const parser = new Parser(source);
  const expression = parser.either(0);
  parser.finish();
  return expression;
}

class Parser {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokens(source);
  }

  finish(): void {
    const token = this.#peek();
    if (token.kind !== 'end')
      throw this.#error(token, `"${token.value}" is one too many; the expression ended before it`);
  }

  either(depth: number): Expression {
    if (depth > MAX_DEPTH) throw this.#error(this.#peek(), `more than ${MAX_DEPTH} levels of nesting`);
    return this.#chain('or', () => this.#chain('and', () => this.#negation(depth)));
  }

  #chain(operator: 'and' | 'or', part: () => Expression): Expression {
    let left = part();
    for (;;) {
      const { at } = this.#peek();
      if (!this.#word(operator)) return left;
      left = { kind: 'logic', at, operator, left, right: part() };
    }
  }

  #negation(depth: number): Expression {
    const { at } = this.#peek();
    if (!this.#word('not')) return this.#predicate(depth);
    if (depth > MAX_DEPTH) throw this.#error(this.#peek(), `more than ${MAX_DEPTH} levels of nesting`);
    return { kind: 'not', at, operand: this.#negation(depth + 1) };
  }

  #predicate(depth: number): Expression {
    const left = this.#sum(depth);
    const token = this.#peek();
    const { at } = token;
    const operator = token.kind === 'sign' ? COMPARISONS.get(token.value) : undefined;
    if (operator !== undefined) {
      this.#next += 1;
      return { kind: 'compare', at, operator, left, right: this.#sum(depth) };
    }
    if (this.#word('is')) {
      const negated = this.#word('not');
      if (!this.#word('null')) throw this.#error(this.#peek(), 'expected "null" after "is"');
      return not(negated, { kind: 'is-null', at, operand: left });
    }
    const negated = this.#word('not');
    if (this.#word('in')) return not(negated, { kind: 'in', at, operand: left, items: this.#items(depth) });
    if (this.#word('between')) return not(negated, this.#range(left, at, depth));
    if (negated) throw this.#error(this.#peek(), 'expected "in" or "between" after "not"');
    return left;
  }

  #range(operand: Expression, at: number, depth: number): Expression {
    const low = this.#sum(depth);
    if (!this.#word('and'))
      throw this.#error(this.#peek(), 'expected "and" between the two ends of "between"');
    const high = this.#sum(depth);
    return {
      kind: 'logic',
      at,
      operator: 'and',
      left: { kind: 'compare', at, operator: '>=', left: operand, right: low },
      right: { kind: 'compare', at, operator: '<=', left: operand, right: high },
    };
  }

  #items(depth: number): readonly Expression[] {
    this.#demand('(');
    const items: Expression[] = [];
    do {
      const token = this.#peek();
      const item = this.#sign(depth);
      if (!isLiteral(item)) throw this.#error(token, 'the list of "in" holds numbers, texts and dates only');
      items.push(item);
    } while (this.#signIs(','));
    this.#demand(')');
    return items;
  }

  #sum(depth: number): Expression {
    return this.#series(SUMS, () => this.#series(PRODUCTS, () => this.#sign(depth)));
  }

  #series(operators: ReadonlyMap<string, Arithmetic>, part: () => Expression): Expression {
    let left = part();
    for (;;) {
      const token = this.#peek();
      const operator = token.kind === 'sign' ? operators.get(token.value) : undefined;
      if (operator === undefined) return left;
      this.#next += 1;
      left = { kind: 'arithmetic', at: token.at, operator, left, right: part() };
    }
  }

  #sign(depth: number): Expression {
    if (depth > MAX_DEPTH) throw this.#error(this.#peek(), `more than ${MAX_DEPTH} levels of nesting`);
    const { at } = this.#peek();
    if (this.#signIs('+')) return this.#sign(depth + 1);
    if (!this.#signIs('-')) return this.#primary(depth);
    const operand = this.#sign(depth + 1);
    return operand.kind === 'number'
      ? { kind: 'number', at, value: -operand.value }
      : { kind: 'negate', at, operand };
  }

  #primary(depth: number): Expression {
    const token = this.#peek();
    this.#next += 1;
    const { at } = token;
    switch (token.kind) {
      case 'number':
      case 'text':
        return token;
      case 'name':
        return this.#named(token, depth);
      case 'word':
        if (token.value === 'null') return { kind: 'null', at };
        if (token.value === 'true' || token.value === 'false')
          return { kind: 'truth', at, value: token.value === 'true' };
        break;
      case 'sign': {
        if (token.value !== '(') break;
        const inside = this.either(depth + 1);
        this.#demand(')');
        return inside;
      }
      default:
    }
    throw this.#error(
      token,
      token.kind === 'end' ? 'the expression ends too early' : `expected a value, found "${token.value}"`,
    );
  }

  #named({ at, value, quoted }: Extract<Token, { kind: 'name' }>, depth: number): Expression {
    if (quoted) return { kind: 'column', at, name: value };
    const word = value.toLowerCase();
    const following = this.#peek();
    if (following.kind === 'text' && isInstantWord(word)) {
      this.#next += 1;
      const instant = INSTANTS[word](following.value);
      if (instant === undefined)
        throw this.#error(following, `'${following.value}' is not a ${word} in ISO 8601`);
      return { kind: 'instant', at, value: instant, type: word };
    }
    if (!this.#signIs('(')) return { kind: 'column', at, name: value };
    const parts: Expression[] = [];
    if (!this.#signIs(')')) {
      do parts.push(this.either(depth + 1));
      while (this.#signIs(','));
      this.#demand(')');
    }
    return { kind: 'call', at, name: value, parts };
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', at: this.#source.length, value: '' };
  }

  #word(word: Keyword): boolean {
    const token = this.#peek();
    const met = token.kind === 'word' && token.value === word;
    if (met) this.#next += 1;
    return met;
  }

  #signIs(sign: string): boolean {
    const token = this.#peek();
    const met = token.kind === 'sign' && token.value === sign;
    if (met) this.#next += 1;
    return met;
  }

  #demand(sign: string): void {
    const token = this.#peek();
    if (!this.#signIs(sign))
      throw this.#error(token, `expected "${sign}"${token.kind === 'end' ? '' : `, found "${token.value}"`}`);
  }

  #error(token: Token, message: string) {
    return expressionError(this.#source, token.at, message);
  }
}

const not = (negated: boolean, operand: Expression): Expression =>
  negated ? { kind: 'not', at: operand.at, operand } : operand;

const isLiteral = ({ kind }: Expression): boolean =>
  kind === 'number' || kind === 'text' || kind === 'instant' || kind === 'truth' || kind === 'null';
