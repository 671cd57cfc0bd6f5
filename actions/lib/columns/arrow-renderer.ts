import type { ArrayLoader, ArrowArray } from './arrow-arrays.ts';
import { CodedRows } from './arrow-coded.ts';
import { JoinedRows } from './arrow-joined.ts';
import { dictionaryLayout } from './arrow-layout.ts';
import type { ArrowContainer } from './arrow-messages.ts';
import { NumberArray } from './arrow-numbers.ts';
import type { Rendered } from './arrow-rendered.ts';
import type { ArrowField } from './arrow-schema.ts';
import { MadeTexts, madeTexts, StoredTexts } from './arrow-texts.ts';
import type { ParquetKernel } from './parquet-kernel.ts';
import { type ColumnSource, damaged } from './parquet-source.ts';

/** Chooses how an array is given as rows, and finds its dictionary. */
export class ArrayRenderer {
  private readonly source: ColumnSource;
  private readonly kernel: ParquetKernel;
  private readonly container: ArrowContainer;
  private readonly loader: ArrayLoader;
  private readonly dictionaryFields = new Map<number, ArrowField>();
  /** The dictionaries that were read last, by their number: most serve one batch after the other. */
  private readonly known = new Map<
    number,
    { readonly messages: string; readonly arrays: readonly ArrowArray[] }
  >();

  constructor(
    source: ColumnSource,
    kernel: ParquetKernel,
    container: ArrowContainer,
    loader: ArrayLoader,
    fields: readonly ArrowField[],
  ) {
    this.source = source;
    this.kernel = kernel;
    this.container = container;
    this.loader = loader;
    for (const field of fields) this.learnDictionaries(field);
  }

  private learnDictionaries(field: ArrowField): void {
    if (field.dictionary) this.dictionaryFields.set(field.dictionary.id, field);
    for (const child of field.children) this.learnDictionaries(child);
  }

  /**
   * @param present - 1 for each value that is there; `undefined` when all are
   * @param group - number of the batch, which says what its dictionaries are
   * @throws ActionError invalid-file, limit-exceeded
   */
  render(array: ArrowArray, present: Uint8Array | undefined, group: number, where: string): Rendered {
    const { field } = array;
    const { as } = field;
    if (field.dictionary) return this.renderCoded(array, field.dictionary, present, group, where);
    switch (as.kind) {
      case 'bool':
      case 'int':
      case 'float':
      case 'decimal':
      case 'time':
        return new NumberArray(this.kernel, array, as, present, where);
      case 'bytes':
      case 'view':
      case 'fixed':
        return new StoredTexts(this.kernel, array, as.form, present, where);
      default: {
        const made = madeTexts(array, present, (id) => this.dictionary(id, group, where), where);
        return new MadeTexts(this.kernel, made, where);
      }
    }
  }

  private renderCoded(
    array: ArrowArray,
    { id, index }: NonNullable<ArrowField['dictionary']>,
    present: Uint8Array | undefined,
    group: number,
    where: string,
  ): Rendered {
    const parts = this.dictionary(id, group, where);
    const size = parts.reduce((sum, { length }) => sum + length, 0);
    const rendered = parts.map((part) => ({
      length: part.length,
      rendered: this.render(part, presence(part.validity ? [part.validity] : [], part.length), group, where),
    }));
    const joined = new JoinedRows(this.kernel, rendered, where);
    return new CodedRows(this.kernel, array, index.bits, joined, size, present, where);
  }

  /** The parts of a dictionary as a batch sees it: the last one before it, and what was added since. */
  private dictionary(id: number, group: number, where: string): readonly ArrowArray[] {
    const before = this.container.dictionaries.slice(0, this.container.batches[group]?.dictionaries ?? 0);
    const own = before.filter((message) => message.id === id);
    const field = this.dictionaryFields.get(id);
    const start = own.findLastIndex(({ delta }) => !delta);
    if (field === undefined || start < 0) throw damaged(where, `its dictionary (${id}) is missing`);
    const messages = own.slice(start);
    const key = messages.map(({ metadata }) => metadata).join();
    const known = this.known.get(id);
    if (known?.messages === key) return known.arrays;
    const arrays = messages.map((message) => {
      const batch = dictionaryLayout(this.source, message, field);
      const [layout] = batch.fields;
      if (layout === undefined) throw damaged(where, 'a dictionary without values');
      return this.loader.load(batch, layout, where);
    });
    this.known.set(id, { messages: key, arrays });
    return arrays;
  }
}

/** 1 for each row that all of the bit masks say is there; `undefined` without masks. */
export function presence(masks: readonly Uint8Array[], rows: number): Uint8Array | undefined {
  if (masks.length === 0) return undefined;
  const present = new Uint8Array(rows).fill(1);
  for (const mask of masks)
    for (let row = 0; row < rows; row += 1)
      present[row] = (present[row] ?? 0) & ((mask[row >> 3] ?? 0) >> (row & 7));
  return present;
}
