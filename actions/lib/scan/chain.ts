import type { BlockChain } from '../columns/block-buffer.ts';
import type { FilePlan } from './file-plan.ts';

/** Words before those of the files: the next task, and whether threads shall stop. */
const NEXT = 0;
const STOP = 1;
const HEAD = 2;
/** States of a block: not known yet, begins the next one outside or inside of quotes. */
const OUTSIDE = 1;
const INSIDE = 2;
/** Longest wait for another thread before looking whether it stopped, in ms. */
const WAIT = 50;

/** A thread is to stop because another one found that going on makes no sense. */
export class Stopped extends Error {}

/** Where the tasks of a file begin, and the words of its blocks. */
interface FileTasks {
  readonly index: number;
  readonly start: number;
  readonly offset: number;
}

/** What the threads of one scan share: who takes which task, and how blocks of text follow on each other. */
export class SharedProgress {
  readonly words: Int32Array;
  readonly #files: readonly FileTasks[];
  readonly #byIndex: ReadonlyMap<number, FileTasks>;
  readonly #tasks: number;
  /** Which file this thread took its last task of; tasks only go up. */
  #at = 0;

  /**
   * @param files - in any part of a table; they are told apart by their numbers, which need not begin with 0
   * @param memory - of another thread; made anew when absent
   */
  constructor(files: readonly FilePlan[], memory?: SharedArrayBuffer) {
    const own: FileTasks[] = [];
    let tasks = 0;
    let words = HEAD;
    for (const file of files) {
      own.push({ index: file.index, start: tasks, offset: words });
      tasks += file.tasks;
      words += file.blocks ? file.tasks * 2 : 0;
    }
    this.#files = own;
    this.#byIndex = new Map(own.map((file) => [file.index, file]));
    this.#tasks = tasks;
    this.words = new Int32Array(memory ?? new SharedArrayBuffer(words * 4));
  }

  get memory(): SharedArrayBuffer {
    const { buffer } = this.words;
    if (buffer instanceof SharedArrayBuffer) return buffer;
    throw new TypeError('the progress of threads is in shared memory');
  }

  /**
   * The next task, in the order of files and their parts, with the number of its file; `undefined` when there is none,
   * or all shall stop.
   */
  claim(): { readonly file: number; readonly part: number } | undefined {
    if (this.stopped) return undefined;
    const task = Atomics.add(this.words, NEXT, 1);
    if (task >= this.#tasks) return undefined;
    while ((this.#files[this.#at + 1]?.start ?? Number.POSITIVE_INFINITY) <= task) this.#at += 1;
    const file = this.#files[this.#at];
    return file && { file: file.index, part: task - file.start };
  }

  stop(): void {
    Atomics.store(this.words, STOP, 1);
  }

  get stopped(): boolean {
    return Atomics.load(this.words, STOP) !== 0;
  }

  /** There are fewer tasks than were thought: none is left. */
  exhaust(): void {
    Atomics.store(this.words, NEXT, this.#tasks);
  }

  /** How the blocks of a file follow on each other. */
  chain(file: number): BlockChain {
    const { words } = this;
    const base = this.#offset(file);
    return {
      insideBefore(block) {
        if (block === 0) return false;
        const at = base + (block - 1) * 2;
        for (;;) {
          const state = Atomics.load(words, at);
          if (state !== 0) return state === INSIDE;
          if (Atomics.wait(words, at, 0, WAIT) === 'timed-out' && Atomics.load(words, STOP) !== 0)
            throw new Stopped();
        }
      },
      publish(block, insideAfter, lines) {
        const at = base + block * 2;
        Atomics.store(words, at + 1, lines);
        Atomics.store(words, at, insideAfter ? INSIDE : OUTSIDE);
        Atomics.notify(words, at);
      },
    };
  }

  /** Lines of a file before a block; all blocks before it were looked at. */
  linesBefore(file: number, block: number): number {
    const base = this.#offset(file);
    let lines = 0;
    for (let before = 0; before < block; before += 1) lines += this.words[base + before * 2 + 1] ?? 0;
    return lines;
  }

  #offset(file: number): number {
    const found = this.#byIndex.get(file);
    if (found === undefined) throw new RangeError(`no file ${file} in this scan`);
    return found.offset;
  }
}
