import type { ColumnDraft, ReferenceDraft, RuleDraft, TableDraft } from './contract-draft.ts';

/** A column while it is put together. */
export type ColumnParts = Writable<Omit<ColumnDraft, 'name' | 'rules' | 'references'>> & {
  readonly name: string;
  readonly rules: RuleDraft[];
  readonly references: string[];
};

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A table while rules about its columns come in any order. */
export class TableBuilder {
  readonly name: string;
  readonly rules: RuleDraft[] = [];
  readonly references: ReferenceDraft[] = [];
  #columns = new Map<string, ColumnParts>();
  #parts: Partial<TableDraft> = {};

  constructor(name: string) {
    this.name = name;
  }

  /** The column of a name, made when it is new. */
  column(name: string): ColumnParts {
    const known = this.#columns.get(name);
    if (known) return known;
    const made: ColumnParts = { name, rules: [], references: [] };
    this.#columns.set(name, made);
    return made;
  }

  /** Puts the columns named first, in this order. */
  order(names: readonly string[]): void {
    const known = this.#columns;
    this.#columns = new Map();
    for (const name of names) this.#columns.set(name, known.get(name) ?? { name, rules: [], references: [] });
    for (const [name, column] of known) if (!this.#columns.has(name)) this.#columns.set(name, column);
  }

  /** Says more about the table itself. */
  set(parts: Partial<Omit<TableDraft, 'name' | 'columns' | 'rules' | 'references'>>): void {
    this.#parts = { ...this.#parts, ...parts };
  }

  build(): TableDraft {
    return {
      ...this.#parts,
      name: this.name,
      columns: [...this.#columns.values()],
      rules: this.rules,
      references: this.references,
    };
  }
}
