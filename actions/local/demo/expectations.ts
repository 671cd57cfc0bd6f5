import type { Expectation } from './demo-record.ts';

/** Collects what a scene expects, in the order it is said, and whether it is so. */
export class Expectations {
  readonly all: Expectation[] = [];
  readonly #tell: (expectation: Expectation) => void;

  constructor(tell: (expectation: Expectation) => void) {
    this.#tell = tell;
  }

  /** Something that is so, or not; `found` says what was there instead. */
  that(text: string, met: boolean, found = ''): void {
    const expectation = { text, met, found };
    this.all.push(expectation);
    this.#tell(expectation);
  }

  /** Something that has one value. */
  equal(text: string, found: string | number | undefined, wanted: string | number): void {
    this.that(text, found === wanted, String(found ?? 'nothing'));
  }
}
