import type { ColumnCursor, TextRows } from './parquet-batch.ts';
import { bytesOf, type ParquetKernel, Room, wordsAt } from './parquet-kernel.ts';
import type { Shape } from './parquet-schema.ts';
import { damaged } from './parquet-source.ts';
import type { EntryStream } from './parquet-stream.ts';

/** A node of a repeated column with the streams of the physical columns under it. */
interface Node extends Omit<Shape, 'children' | 'leaves'> {
  readonly children: readonly Node[];
  readonly first: EntryStream;
  readonly streams: readonly EntryStream[];
}

/**
 * Reads a list or a map (with all that is in it) as JSON texts. The levels of its physical columns tell where lists
 * begin and what is missing; they must agree with each other.
 */
export class NestedCursor implements ColumnCursor {
  left = 0;
  readonly streams: readonly EntryStream[];
  private readonly kernel: ParquetKernel;
  private readonly root: Node;
  private readonly above: number;
  private readonly texts: Room;
  private readonly pairs: Room;
  private readonly encoder = new TextEncoder();
  private where = '';

  /** @param above - definition level at which what holds the column is there */
  constructor(kernel: ParquetKernel, shape: Shape, above: number, streams: readonly EntryStream[]) {
    this.kernel = kernel;
    this.streams = streams;
    this.above = above;
    this.root = this.nodeOf(shape);
    this.texts = new Room(kernel);
    this.pairs = new Room(kernel);
  }

  private nodeOf(shape: Shape): Node {
    const streams = this.streams.filter(({ pages }) => shape.leaves.includes(pages.column));
    const [first] = streams;
    if (first === undefined) throw damaged(shape.name, 'a group without columns');
    return { ...shape, children: shape.children.map((child) => this.nodeOf(child)), first, streams };
  }

  /** Begins with a row group; the pages of the streams were told as well. */
  begin(rows: number, where: string): void {
    this.left = rows;
    this.where = where;
    for (const stream of this.streams) stream.begin();
  }

  next(rows: number): TextRows {
    if (rows > this.left) throw damaged(this.where, `${rows} rows wanted where ${this.left} are left`);
    const texts = Array.from({ length: rows }, () => this.row());
    this.left -= rows;
    if (this.left === 0 && this.streams.some(({ repetition }) => repetition !== -1))
      throw damaged(this.where, 'it holds more rows than are declared');
    return this.write(texts);
  }

  private row(): string | null {
    if (this.streams.some(({ repetition }) => repetition !== 0))
      throw damaged(this.where, 'it ends before all of its values, or its lists do not fit each other');
    const { root } = this;
    const missing = root.occurs === 'optional' ? root.definition : this.above;
    if (root.first.definition >= missing)
      return root.occurs === 'optional' ? this.body(root) : this.read(root);
    this.skip(root, missing);
    return null;
  }

  private read(node: Node): string {
    if (node.occurs === 'once') return this.body(node);
    const missing = node.first.definition < node.definition;
    if (missing) this.skip(node, node.definition);
    if (node.occurs === 'optional') return missing ? 'null' : this.body(node);
    return missing ? '[]' : `[${this.items(node, () => this.body(node)).join()}]`;
  }

  /** Entries that stand for something missing: one in each physical column. */
  private skip(node: Node, definition: number): void {
    for (const stream of node.streams) {
      if (stream.definition >= definition || stream.definition < 0)
        throw damaged(this.where, 'its physical columns do not agree on what is missing');
      stream.move();
    }
  }

  private items(node: Node, item: () => string): string[] {
    const items: string[] = [];
    do {
      if (node.streams.some(({ definition }) => definition < node.definition))
        throw damaged(this.where, 'its physical columns do not agree on what is missing');
      items.push(item());
    } while (this.goesOn(node));
    return items;
  }

  private goesOn(node: Node): boolean {
    const on = node.first.repetition === node.repetition;
    if (
      node.streams.some(({ repetition }) =>
        on ? repetition !== node.repetition : repetition >= node.repetition,
      )
    )
      throw damaged(this.where, 'its physical columns do not agree on how long a list is');
    return on;
  }

  private body(node: Node): string {
    const [only] = node.children;
    switch (node.kind) {
      case 'leaf': {
        if (node.first.definition < node.definition) throw damaged(this.where, 'a value that is missing');
        const json = node.first.json(this.where);
        node.first.move();
        return json;
      }
      case 'struct':
        return `{${node.children.map((child) => `${JSON.stringify(child.name)}:${this.read(child)}`).join()}}`;
      case 'list':
        return only === undefined ? '[]' : this.list(node, only);
      case 'map':
        return only === undefined ? '{}' : this.map(only);
    }
  }

  private list(node: Node, repeated: Node): string {
    if (repeated.first.definition < repeated.definition) {
      this.skip(repeated, repeated.definition);
      return '[]';
    }
    const [element, second] = repeated.children;
    const wrapped = repeated.kind === 'struct' && second === undefined && element !== undefined;
    const legacy = repeated.name === 'array' || repeated.name === `${node.name}_tuple`;
    const item = wrapped && !legacy ? () => this.read(element) : () => this.body(repeated);
    return `[${this.items(repeated, item).join()}]`;
  }

  private map(repeated: Node): string {
    const [key, value] = repeated.children;
    if (repeated.first.definition < repeated.definition) {
      this.skip(repeated, repeated.definition);
      return '{}';
    }
    if (key === undefined || value === undefined) return '{}';
    const entry = () => {
      const name = this.read(key);
      return `${name.startsWith('"') ? name : JSON.stringify(name)}:${this.read(value)}`;
    };
    return `{${this.items(repeated, entry).join()}}`;
  }

  private write(texts: readonly (string | null)[]): TextRows {
    const pairs = this.pairs.reserve(texts.length * 8, this.where);
    const characters = texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
    let at = this.texts.reserve(characters * 3, this.where);
    const memory = bytesOf(this.kernel);
    const words = wordsAt(this.kernel, pairs, texts.length * 2);
    let nulls = 0;
    for (const [row, text] of texts.entries()) {
      if (text === null) nulls += 1;
      const { written } = this.encoder.encodeInto(text ?? '', memory.subarray(at));
      words[row * 2] = text === null ? 0 : at - 1;
      words[row * 2 + 1] = text === null ? 0 : at + written;
      at += written;
    }
    return { kind: 'texts', rows: texts.length, nulls, pairs, codes: 0, dictionary: undefined };
  }

  release(): void {
    for (const stream of this.streams) stream.release();
    this.texts.release();
    this.pairs.release();
  }
}
