import type { Partition } from './file-plan.ts';

/** What Hive and Spark write where a partition has no value. */
const NO_VALUE = '__HIVE_DEFAULT_PARTITION__';

/**
 * The columns that `key=value` folders of a path stand for, as Hive lays out tables: `year=2026/month=01/x.parquet`.
 *
 * @param wanted - names that may be columns; folders of other names are folders
 */
export function partitionsOf(path: string, wanted: readonly string[] | 'all'): readonly Partition[] {
  const folders = path.replaceAll('\\', '/').split('/').slice(0, -1);
  const found = new Map<string, Partition>();
  for (const folder of folders) {
    const [, name, value] = /^([^=]+)=(.*)$/.exec(folder) ?? [];
    if (name === undefined || value === undefined) continue;
    if (wanted !== 'all' && !wanted.includes(name)) continue;
    found.set(name, { name, value: value === NO_VALUE || value === '' ? null : decoded(value) });
  }
  return [...found.values()];
}

/** Characters that paths do not take are written as in URLs. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
