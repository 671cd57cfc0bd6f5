import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KeyRun } from '../../../../actions/lib/columns/key-collector.ts';
import { keyIndex } from '../../../../actions/lib/columns/key-runs.ts';
import { readSpilled, Spill } from '../../../../actions/runtime/scan/spill.ts';

/** A key in the plainest form: hash, file, place. */
type Key = readonly [hash: bigint, file: number, at: number];

/** What threads emit: entries sorted by hash, equal ones in the order they came. */
function runOf(keys: readonly Key[]): KeyRun {
  const sorted = keys.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const longs = new BigUint64Array(sorted.length * 2);
  for (const [index, [hash, file, at]] of sorted.entries())
    longs.set([hash, (BigInt(file) << 48n) + BigInt(at)], index * 2);
  return { entries: sorted.length, bytes: longs.buffer };
}

/** Groups by hash, the plainest way. */
function grouped(keys: readonly Key[]): Map<bigint, { file: number; at: number }[]> {
  const groups = new Map<bigint, { file: number; at: number }[]>();
  for (const [hash, file, at] of keys) groups.set(hash, [...(groups.get(hash) ?? []), { file, at }]);
  for (const group of groups.values()) group.sort((a, b) => a.file - b.file || a.at - b.at);
  return groups;
}

const byHash = <T>(groups: Map<bigint, T>): T[] =>
  [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);

/** Hashes that often agree in their upper or lower half. */
const hash = fc
  .tuple(fc.constantFrom(0n, 1n, 0xffffffffn, 0x80000000n), fc.bigInt(1n, 6n))
  .map(([high, low]) => (high << 32n) + low);
const runs = fc.array(fc.array(fc.tuple(hash, fc.nat(3), fc.nat({ max: 2 ** 40 })), { maxLength: 30 }), {
  maxLength: 7,
});

test('an index of runs finds what grouping all keys finds', async () => {
  const alike = fc.property(runs, runs, (mine, others) => {
    const index = keyIndex(mine.map(runOf), true);
    const other = keyIndex(others.map(runOf), true);
    const own = grouped(mine.flat());
    const theirs = new Set(others.flat().map(([key]) => key));
    const only = (wanted: (key: bigint) => boolean) =>
      byHash(new Map([...own].filter(([key]) => wanted(key)))).map((positions) => ({ positions }));
    expect(index.rows).toBe(mine.flat().length);
    expect(index.distinct()).toBe(own.size);
    expect([...index.repeats()]).toEqual(only((key) => (own.get(key)?.length ?? 0) > 1));
    expect([...index.common(other)]).toEqual(only((key) => theirs.has(key)));
    expect([...index.missingFrom(other)]).toEqual(only((key) => !theirs.has(key)));
  });
  await fc.assert(alike);
});

test('runs on disk are read as those in memory', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keys-'));
  try {
    const parts = [0, 1, 2].map((part) =>
      Array.from({ length: 40_000 }, (_, row): Key => [BigInt((row * 7 + part) % 60_000) + 1n, part, row]),
    );
    const spill = new Spill(folder, 700_000);
    const kept = parts.map((part) => spill.keep(runOf(part)));
    spill.close();
    expect(kept.map(({ spilled }) => spilled !== undefined)).toEqual([false, true, true]);
    const onDisk = keyIndex(kept, true, readSpilled);
    const inMemory = keyIndex(parts.map(runOf), true);
    expect(onDisk.distinct()).toBe(inMemory.distinct());
    expect([...onDisk.repeats()]).toEqual([...inMemory.repeats()]);
    expect(() => keyIndex(kept, true).distinct()).toThrow('on disk');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
