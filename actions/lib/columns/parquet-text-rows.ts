import type { TextDictionary, TextRows } from './parquet-batch.ts';
import { type ParquetKernel, Room } from './parquet-kernel.ts';
import type { Dictionary } from './parquet-pages.ts';
import { nullsOf, type Piece, spreadCodes, spreadWords } from './parquet-pieces.ts';

/** Makes rows of texts of the pieces of pages. */
export class TextAssembly {
  private readonly kernel: ParquetKernel;
  private readonly pairs: Room;
  private readonly codes: Room;
  /** The same object for the same dictionary, so that callers can tell that they know it. */
  private readonly dictionaries = new WeakMap<Dictionary, TextDictionary>();

  constructor(kernel: ParquetKernel) {
    this.kernel = kernel;
    this.pairs = new Room(kernel);
    this.codes = new Room(kernel);
  }

  assemble(rows: number, pieces: readonly Piece[], where: string): TextRows {
    const { kernel } = this;
    const pairs = this.pairs.reserve(rows * 8, where);
    const codes = this.codes.reserve(rows * 4, where);
    const coded = pieces.length > 0 && pieces.every(({ page }) => page.content.kind === 'codes');
    let dictionary: TextDictionary | undefined;
    for (const piece of pieces) {
      const { content } = piece.page;
      const to = pairs + piece.to * 8;
      if (content.kind === 'texts') spreadWords(kernel, 'scatterWords', content.pairs, piece, to);
      else if (content.kind === 'codes' && content.dictionary.values.kind === 'texts') {
        spreadCodes(kernel, content.codes, piece, codes + piece.to * 4);
        kernel.gatherWords(codes + piece.to * 4, piece.rows, content.dictionary.values.pairs, to);
        if (coded) dictionary = this.describe(content.dictionary, content.dictionary.values.pairs);
      }
    }
    return { kind: 'texts', rows, nulls: nullsOf(pieces), pairs, codes: coded ? codes : 0, dictionary };
  }

  private describe(dictionary: Dictionary, pairs: number): TextDictionary {
    const known = this.dictionaries.get(dictionary) ?? { size: dictionary.size, pairs };
    this.dictionaries.set(dictionary, known);
    return known;
  }

  release(): void {
    this.pairs.release();
    this.codes.release();
  }
}
