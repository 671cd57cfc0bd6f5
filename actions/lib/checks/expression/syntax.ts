/** What an expression says, as a tree; `at` is the first character of each part, from 0. */
export type Expression =
  | { readonly kind: 'number'; readonly at: number; readonly value: number }
  | { readonly kind: 'text'; readonly at: number; readonly value: string }
  /** `date '2024-01-31'`, `timestamp '…'`, `time '…'`: milliseconds since 1970, or since midnight. */
  | { readonly kind: 'instant'; readonly at: number; readonly value: number; readonly type: InstantWord }
  | { readonly kind: 'truth'; readonly at: number; readonly value: boolean }
  | { readonly kind: 'null'; readonly at: number }
  | { readonly kind: 'column'; readonly at: number; readonly name: string }
  | {
      readonly kind: 'call';
      readonly at: number;
      readonly name: string;
      readonly parts: readonly Expression[];
    }
  | Binary<'compare', Comparison>
  | Binary<'arithmetic', Arithmetic>
  | Binary<'logic', 'and' | 'or'>
  | { readonly kind: 'negate'; readonly at: number; readonly operand: Expression }
  | { readonly kind: 'not'; readonly at: number; readonly operand: Expression }
  | { readonly kind: 'is-null'; readonly at: number; readonly operand: Expression }
  | {
      readonly kind: 'in';
      readonly at: number;
      readonly operand: Expression;
      /** Literals. */
      readonly items: readonly Expression[];
    };

interface Binary<Kind, Operator> {
  readonly kind: Kind;
  readonly at: number;
  readonly operator: Operator;
  readonly left: Expression;
  readonly right: Expression;
}

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type Arithmetic = '+' | '-' | '*' | '/' | '%';
export type InstantWord = 'date' | 'timestamp' | 'time';
