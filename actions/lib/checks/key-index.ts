import { detachedText } from '../tabular/detached-text.ts';

/** Entries of one map; engines refuse more than 2^24. */
const SHARD = 15_000_000;

/** Remembers where each key was met first, exactly, for as many keys as memory holds. */
export class KeyIndex<Where> {
  readonly #shards: Map<string, Where>[] = [new Map()];

  /** Where the key was met before, or `undefined` when it is new; a new key is remembered. */
  firstOf(key: string, where: Where): Where | undefined {
    for (const shard of this.#shards) {
      const first = shard.get(key);
      if (first !== undefined) return first;
    }
    const last = this.#shards.at(-1);
    if (last !== undefined && last.size < SHARD) last.set(detachedText(key), where);
    else this.#shards.push(new Map([[detachedText(key), where]]));
    return undefined;
  }
}
