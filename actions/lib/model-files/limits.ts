/** Caps that keep a hostile file from holding the machine; beyond them the answer is `inconclusive`. */
export interface ScanLimits {
  /** Archives inside of archives, compression counted too. */
  readonly depth: number;
  /** Entries of all archives together. */
  readonly entries: number;
  /** Opcodes of all pickles together: about a minute of work. */
  readonly opcodes: number;
  /** Different values that a pickle may remember; each takes some 50 bytes. */
  readonly memo: number;
  /** Bytes out for each byte in, once more than `ratioFree` bytes came out. */
  readonly ratio: number;
  readonly ratioFree: number;
  /** Bytes that all compressed parts together may unpack to. */
  readonly unpacked: number;
  /** Bytes of a text, a header or a directory that has to be held whole. */
  readonly whole: number;
  /** Problems that are told one by one. */
  readonly problems: number;
}

export const SCAN_LIMITS: ScanLimits = {
  depth: 3,
  entries: 10_000,
  opcodes: 100_000_000,
  memo: 4_000_000,
  ratio: 1_000,
  ratioFree: 64 * 1024 * 1024,
  unpacked: 16 * 1024 ** 3,
  whole: 64 * 1024 * 1024,
  problems: 50,
};
