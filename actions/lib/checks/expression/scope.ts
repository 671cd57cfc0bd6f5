import type { ActionError } from '../../errors.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { ColumnType } from '../../tabular/column-type.ts';
import type { TableSpec } from '../check.ts';
import type { Rows } from './columns.ts';
import type { Expression } from './syntax.ts';
import { expressionError } from './tokens.ts';
import { VALUE_TYPES, type ValueType } from './value-type.ts';
import type { Vector } from './vectors.ts';

/** An expression that can be evaluated for batches. */
export interface Compiled {
  readonly type: ValueType;
  evaluate(rows: Rows): Vector;
}

type Compile = (node: Expression, scope: Scope, wanted: ValueType) => Compiled;

/** What compiling a part needs to know of the whole. */
export class Scope {
  /** The columns met so far. */
  readonly columns = new Set<string>();
  readonly #source: string;
  readonly #types: ReadonlyMap<string, ColumnType | undefined>;
  readonly #compile: Compile;

  constructor(source: string, table: TableSpec, compile: Compile) {
    this.#source = source;
    this.#types = new Map(table.columns.map(({ name, type }) => [name, type]));
    this.#compile = compile;
  }

  /** @param wanted - the type that the place asks for; `unknown` where any will do */
  compile(node: Expression, wanted: ValueType): Compiled {
    return this.#compile(node, this, wanted);
  }

  error(at: number, message: string): ActionError {
    return expressionError(this.#source, at, message);
  }

  /** @throws ActionError invalid-file for a column that the contract does not have */
  typeOf(name: string, at: number): ValueType {
    if (this.#types.size > 0 && !this.#types.has(name))
      throw this.error(at, `unknown column "${name}"${didYouMean(name, this.#types.keys())}`);
    this.columns.add(name);
    const type = this.#types.get(name);
    return type === undefined ? 'unknown' : VALUE_TYPES[type];
  }

  /** The type that some parts have in common: of the first whose type is known; texts may stand for dates. */
  sharedType(parts: readonly Expression[], wanted: ValueType = 'unknown'): ValueType {
    if (wanted !== 'unknown') return wanted;
    const types = parts
      .map((part) => this.compile(part, 'unknown').type)
      .filter((type) => type !== 'unknown');
    return types.find((type) => type !== 'text') ?? types[0] ?? 'unknown';
  }
}
