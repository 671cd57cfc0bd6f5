import type { KeyIndex, KeySpec, RowLookup } from '../columns/key-index.ts';
import type { Discovery, Evidence, KeyNeed, KeysWork, Measurement } from './check.ts';
import { unmeasured } from './evidence.ts';
import { hashNote, type KeyColumns, MAX_SHOWN, rowDiscovery, whereIs } from './row-keys.ts';
import { sharedRows } from './shared-rows.ts';

/** What must not be in two splits. */
export interface LeakageQuestion {
  /** In their order: rows of a later one are counted when an earlier one has their key. */
  readonly between: readonly string[];
  readonly key: KeySpec;
  columns(evidence: Evidence): KeyColumns;
  readonly expected: string;
}

/** Work that compares each split with all before it. */
export const leakageWork = (question: LeakageQuestion): KeysWork => ({
  kind: 'keys',
  keys: question.between.map((split): KeyNeed => ({ ...question.key, split })),
  decide: (indexes, lookups, evidence) => decide(question, indexes, lookups, evidence),
});

async function decide(
  question: LeakageQuestion,
  indexes: readonly (KeyIndex | undefined)[],
  lookups: readonly (RowLookup | undefined)[],
  evidence: Evidence,
): Promise<Measurement> {
  const { between, expected } = question;
  const columns = question.columns(evidence);
  let [count, left, of] = [0, 0, 0];
  const discoveries: Discovery[] = [];
  for (const [at, split] of between.entries()) {
    const index = indexes[at];
    if (index === undefined) return unmeasured(`the split "${split}" was not read, or lacks a column`);
    if (at > 0) of += evidence.splits.get(split)?.rows ?? 0;
    for (const [before, earlier] of between.slice(0, at).entries()) {
      const other = indexes[before];
      if (other === undefined) continue;
      const shared = await sharedRows(
        { index, lookup: lookups[at] },
        { index: other, lookup: lookups[before] },
        columns,
      );
      count += shared.count;
      left += shared.left;
      for (const { row, twin } of shared.shown)
        discoveries.push(
          rowDiscovery(row, columns, { expected, hint: `${earlier} has it in ${whereIs(twin, row)}` }),
        );
    }
  }
  const note = hashNote(left);
  return { count, of, discoveries: discoveries.slice(0, MAX_SHOWN), ...(note !== undefined && { note }) };
}
