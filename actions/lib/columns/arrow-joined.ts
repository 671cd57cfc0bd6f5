import type { Rendered } from './arrow-rendered.ts';
import type { ColumnRows } from './parquet-batch.ts';
import { bytesOf, type ParquetKernel, Room } from './parquet-kernel.ts';

/** Several columns one after the other, each whole: a dictionary with its additions. */
export class JoinedRows implements Rendered {
  private readonly kernel: ParquetKernel;
  private readonly parts: readonly { readonly rendered: Rendered; readonly length: number }[];
  private readonly words: Room;
  private readonly where: string;

  constructor(kernel: ParquetKernel, parts: JoinedRows['parts'], where: string) {
    this.kernel = kernel;
    this.parts = parts;
    this.where = where;
    this.words = new Room(kernel);
  }

  /** Gives all rows, whatever is asked for. */
  rows(): ColumnRows {
    const size = this.parts.reduce((sum, { length }) => sum + length, 0);
    const out = this.words.reserve(size * 8, this.where);
    const found: { readonly first: number; readonly rows: ColumnRows }[] = [];
    let first = 0;
    for (const { rendered, length } of this.parts) {
      const rows = rendered.rows(0, length);
      const from = rows.kind === 'texts' ? rows.pairs : rows.values;
      bytesOf(this.kernel).copyWithin(out + first * 8, from, from + length * 8);
      found.push({ first, rows });
      first += length;
    }
    const nulls = found.reduce((sum, { rows }) => sum + rows.nulls, 0);
    const [part] = found;
    if (part === undefined || part.rows.kind === 'texts')
      return { kind: 'texts', rows: size, nulls, pairs: out, codes: 0, dictionary: undefined };
    const exact = (row: number) => {
      const at = found.findLast((other) => other.first <= row);
      return at?.rows.kind === 'numbers' ? at.rows.exact(row - at.first) : undefined;
    };
    const odd = found.some(({ rows }) => rows.kind === 'numbers' && rows.odd);
    return { ...part.rows, rows: size, nulls, values: out, integers: 0, exact, odd };
  }

  release(): void {
    for (const { rendered } of this.parts) rendered.release();
    this.words.release();
  }
}
