/** A fault that a person could bring in, and the test that must notice it. */
export interface Mutant {
  readonly fault: string;
  readonly file: string;
  /** Occurs in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  readonly test: string;
  /** Part of the full name of the test that fails. */
  readonly caughtBy: string;
}

/** The seeded faults; a new guard gets its fault here. */
export const mutants: readonly Mutant[] = [
  {
    fault: 'a metric off by a sign',
    file: 'actions/lib/metrics/probability-loss.ts',
    find: '-Math.log(clipped(',
    replace: 'Math.log(clipped(',
    test: 'test/unit/lib/metrics/golden-classes-numbers.test.ts',
    caughtBy: 'binary: eight rows',
  },
  {
    fault: 'candidate and baseline swapped',
    file: 'actions/lib/stats/paired-t.ts',
    find: 'value - (baseline[row] ?? Number.NaN)',
    replace: '(baseline[row] ?? Number.NaN) - value',
    test: 'test/unit/lib/stats/paired.test.ts',
    caughtBy: 'is scipy.stats.ttest_rel',
  },
  {
    fault: 'rows paired by position instead of id',
    file: 'actions/lib/stats/paired-rows.ts',
    find: 'const other = byId.get(row.id);',
    replace: 'const other = baseline[candidate.indexOf(row)];',
    test: 'test/unit/lib/stats/paired.test.ts',
    caughtBy: 'rows are matched by id whatever their order',
  },
  {
    fault: 'a margin on the wrong side',
    file: 'actions/lib/policy/judge-non-inferior.ts',
    find: 'sign > 0 ? pAbove(-margin) : pBelow(margin)',
    replace: 'sign > 0 ? pAbove(margin) : pBelow(-margin)',
    test: 'test/unit/lib/policy/decide.test.ts',
    caughtBy: 'an equal model',
  },
  {
    fault: 'the policy taken from the pull request itself',
    file: 'actions/gate-metrics/load-policy.ts',
    find: "if (policyRef === 'base' && base === undefined)",
    replace: "if (policyRef === 'base')",
    test: 'test/integration/gate-metrics.test.ts',
    caughtBy: 'the policy of the base branch decides when the pull request relaxes its own gate',
  },
  {
    fault: 'evidence about another model accepted',
    file: 'actions/lib/registry/evidence.ts',
    find: 'checkRepository, checkModel]',
    replace: 'checkRepository]',
    test: 'test/unit/lib/registry/registry.test.ts',
    caughtBy: 'is refused for another model',
  },
  {
    fault: 'stale evidence accepted',
    file: 'actions/lib/registry/evidence.ts',
    find: 'return age > rule.maxAgeMs',
    replace: 'return age < 0',
    test: 'test/unit/lib/registry/registry.test.ts',
    caughtBy: 'is refused for age',
  },
  {
    fault: 'a quarantined version chosen for rollback',
    file: 'actions/lib/registry/last-known-good.ts',
    find: 'if (quarantine !== undefined)',
    replace: 'if (quarantine === undefined && digest === undefined)',
    test: 'test/unit/lib/registry/registry.test.ts',
    caughtBy: 'skips what is in quarantine',
  },
  {
    fault: 'a changed event believed',
    file: 'actions/lib/registry/chain.ts',
    find: 'hashEvent(event) !== event.hash',
    replace: 'hashEvent(event) === ""',
    test: 'test/unit/lib/registry/registry.test.ts',
    caughtBy: 'shows an edit',
  },
  {
    fault: 'a lost race for the ledger taken for a success',
    file: 'actions/runtime/ledger-store.ts',
    find: "if (result.kind === 'done') {",
    replace: "if (result.kind !== 'unknown') {",
    test: 'test/integration/promote.test.ts',
    caughtBy: 'eight promoters at once under lost answers',
  },
  {
    fault: 'an artifact with the wrong digest accepted',
    file: 'actions/runtime/artifact-download.ts',
    find: 'if (expected === undefined || expected === found) return file;',
    replace: 'if (found !== undefined) return file;',
    test: 'test/integration/artifacts.test.ts',
    caughtBy: 'other bytes than stored: refused',
  },
  {
    fault: 'a zip bomb unpacked',
    file: 'actions/runtime/unzip.ts',
    find: 'const RATIO_FREE_BYTES = 8 * 1024 * 1024;',
    replace: 'const RATIO_FREE_BYTES = 8 * 1024 ** 4;',
    test: 'test/unit/runtime/unzip.test.ts',
    caughtBy: 'a bomb is stopped before it has written more than the limit',
  },
  {
    fault: 'the comment of somebody else taken for ours',
    file: 'actions/runtime/github/sticky-comment.ts',
    find: 'comment.author === login',
    replace: 'comment.author !== undefined',
    test: 'test/integration/github.test.ts',
    caughtBy: 'a marker in the comment of somebody else is not ours',
  },
  {
    fault: 'user text that is read as a command of the runner',
    file: 'actions/runtime/log-text.ts',
    find: 'COMMAND_START.test(line)',
    replace: 'COMMAND_START.test("")',
    test: 'test/unit/runtime/log-text.test.ts',
    caughtBy: 'a command is shown with a backslash',
  },
  {
    fault: 'drift without correction for the number of columns',
    file: 'actions/lib/drift/compare-profiles.ts',
    find: 'const adjusted = benjaminiHochberg(tested.filter((p) => p !== undefined));',
    replace: 'const adjusted = tested.filter((p) => p !== undefined);',
    test: 'test/unit/lib/drift/compare-profiles.test.ts',
    caughtBy: 'p-values are corrected over all columns',
  },
  {
    fault: 'drift called by its size alone, whatever chance may explain',
    file: 'actions/lib/drift/judge.ts',
    find: 'p !== undefined && p < limits.alpha;',
    replace: 'true;',
    test: 'test/unit/lib/drift/compare-profiles.test.ts',
    caughtBy: 'a change the noise floor explains is inconclusive',
  },
  {
    fault: 'bins of merged numbers that keep more bits than the whole would',
    file: 'actions/lib/profile/merge-numbers.ts',
    find: 'bitsThatFit(added.bins, start, capacity)',
    replace: 'start',
    test: 'test/unit/lib/profile/merge-state.test.ts',
    caughtBy: 'numbers merge to the state of the whole',
  },
  {
    fault: 'secrets left in base64',
    file: 'actions/runtime/redaction.ts',
    find: 'const base64 = [0, 1, 2]',
    replace: 'const base64 = [0]',
    test: 'test/unit/runtime/redaction.test.ts',
    caughtBy: 'are taken out of the base64 of any text they stand in',
  },
  {
    fault: 'the keys of another shard accepted',
    file: 'actions/runtime/scan/saved-part.ts',
    find: 'if (found === document.keysDigest) return keys;',
    replace: 'if (found !== undefined) return keys;',
    test: 'test/integration/validate-data-shards.test.ts',
    caughtBy: 'keys of another shard is an error that says so',
  },
  {
    fault: 'an automaton that takes a step for each byte of a character',
    file: 'actions/lib/columns/pattern-automaton.ts',
    find: 'row.fill(this.#idOf(set), LAST_ASCII + 1, FIRST_LEAD);',
    replace: 'row.fill(this.#beyond(set), LAST_ASCII + 1, FIRST_LEAD);',
    test: 'test/unit/lib/columns/pattern-automaton.test.ts',
    caughtBy: '^(?:a.|b)+$ means to the automaton what it means to RE2',
  },
];
