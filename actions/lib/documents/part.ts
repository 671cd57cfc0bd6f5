import type { CheckState } from '../checks/run-checks.ts';
import type { KeySpec } from '../columns/key-index.ts';
import type { Digest } from '../digest.ts';
import type { FilePlan } from '../scan/file-plan.ts';
import type { FileTally } from '../scan/part.ts';
import type { Envelope } from './envelope.ts';
import type { ColumnProfile } from './profile.ts';

/** A file that a shard read; where it lay is nobody's business. */
export interface PartFile {
  readonly plan: Omit<FilePlan, 'path'>;
  readonly digest: Digest;
  readonly tally: FileTally;
}

/** Files of one split of a table, as one shard knows them. */
export interface PartOfTable {
  readonly table: string;
  /** `null`: the table is not split. */
  readonly split: string | null;
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
  readonly files: readonly PartFile[];
  readonly checks: readonly CheckState[];
  /** For each key, the runs of 16-byte entries in `keys`, one behind the other. */
  readonly keys: readonly {
    readonly spec: KeySpec;
    readonly bijective: boolean;
    readonly runs: readonly { readonly offset: number; readonly entries: number }[];
  }[];
}

/** `part.json`: what one shard of a matrix knows; merged with the others it decides as one job would. */
export interface PartDocument extends Envelope<'part'> {
  readonly shard: { readonly index: number; readonly of: number };
  /** Of all that was asked: shards that were asked something else are not merged. */
  readonly plan: Digest;
  readonly parts: readonly PartOfTable[];
  /** The file beside this one that holds the keys, relative. */
  readonly keys: string;
  /** Of the bytes of that file: with the keys of another shard, rows would pass for others. */
  readonly keysDigest: Digest;
}
