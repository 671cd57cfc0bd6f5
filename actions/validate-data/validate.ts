import type { Subject } from '../lib/documents/envelope.ts';
import type { ValidationDocument } from '../lib/documents/validation.ts';
import { renamedFiles } from '../lib/findings/changed-lines.ts';
import { compareFindings } from '../lib/findings/compare-findings.ts';
import { judgeNew } from '../lib/findings/judge-new.ts';
import { changedLines } from '../runtime/changed-lines.ts';
import { envelope } from '../runtime/documents.ts';
import type { Outcome, Runtime } from '../runtime/runtime.ts';
import { filesOf } from '../runtime/scan/table-parts.ts';
import { contractChanges } from './contract-changes.ts';
import { countFindings, decide, driftedColumns } from './decide.ts';
import { documentFiles, profileDocument, shown, writeDocuments } from './documents.ts';
import { type Drift, dataDigest, measureDrift, type Reference, readReference } from './drift.ts';
import type { Inputs } from './inputs.ts';
import { type Judged, judge } from './judge.ts';
import { type Loaded, load } from './load.ts';
import { publish } from './publish.ts';
import { type Read, readOptions, readTables } from './read.ts';
import { annotations, verdictLine } from './report.ts';
import type { ReportExtras } from './report-extras.ts';
import { saveShard } from './shard.ts';
import { type TableToRead, tablesToRead } from './tables.ts';

type Tables = readonly [main: TableToRead, ...others: TableToRead[]];

/** Reads the data once, holds it to the contract, compares it with the reference, and reports. */
export async function validate(runtime: Runtime, inputs: Inputs): Promise<Outcome> {
  const loaded = await load(runtime, inputs);
  const tables = await tablesToRead(runtime, inputs, loaded);
  if (inputs.shard !== undefined) return saveShard(runtime, inputs, tables, inputs.shard);
  const read = await readTables(runtime, inputs, tables);
  return report(runtime, inputs, { loaded, tables, read });
}

/** What is known once all rows were read, here or in other jobs. */
export interface Story {
  readonly loaded: Loaded;
  readonly tables: Tables;
  readonly read: Read;
}

/** Decides, writes all documents, annotates, and hands over. */
export async function report(runtime: Runtime, inputs: Inputs, story: Story): Promise<Outcome> {
  const { loaded, tables, read } = story;
  const like = { spec: tables[0].spec, read: readOptions(inputs, tables[0]) };
  const reference = await readReference(runtime, loaded, like, read.threads);
  const judged = await judge(runtime, read.tables, {
    maxFindings: inputs.maxFindings,
    baseline: baselineOf(loaded, reference),
    threads: read.threads,
  });
  const drift = measureDrift(inputs, reference, judged.main, judged.redacted);
  const draft = validationDocument(runtime, inputs, story, judged, drift);
  const changed = await changedLines(
    runtime,
    draft.dataset.files.map(({ name }) => name),
    async () => (await runtime.github()).pullFiles,
  );
  const comparison =
    loaded.baseline?.report && compareFindings(loaded.baseline.report.document, draft, renamedFiles(changed));
  const onlyNew = inputs.onlyNew && comparison !== undefined;
  if (inputs.onlyNew && !onlyNew && (inputs.baseline === undefined || loaded.baseline !== undefined))
    runtime.log.warning(
      'only-new: there is no report.json in the input baseline, so that all findings decide',
    );
  const document = onlyNew ? { ...draft, verdict: judgeNew(comparison, inputs.driftSeverity) } : draft;
  const extras: ReportExtras = {
    ...(reference && { reference: reference.columns.map((column) => shown(column, judged.redacted)) }),
    ...(comparison && { comparison }),
    onlyNew,
    contractChanges: await contractChanges(runtime, loaded.contract),
  };
  const profile = profileDocument(runtime, document, judged.main, judged.redacted);
  const written = await writeDocuments(runtime, inputs, document, profile, extras);
  const fresh = comparison ? { fresh: comparison.fresh, freshOnly: onlyNew } : {};
  for (const annotation of annotations(document, changed, fresh)) runtime.annotate(annotation);
  await publish(runtime, inputs, {
    written,
    digest: dataDigest(read.tables[0]),
    rows: document.dataset.rows,
    counts: document.counts,
    drifted: driftedColumns(document.drift),
    newFindings: comparison?.groups.reduce((sum, { atLeast }) => sum + atLeast, 0),
  });
  return { verdict: document.verdict, failOn: inputs.failOn, message: verdictLine(document, extras) };
}

function baselineOf({ baseline }: Loaded, reference: Reference | undefined) {
  const known = baseline?.profile?.document ?? reference;
  return known && { rows: known.rows, files: [], columns: known.columns };
}

function validationDocument(
  runtime: Runtime,
  inputs: Inputs,
  { loaded, read }: Story,
  judged: Judged,
  drift: Drift | undefined,
): ValidationDocument {
  const verdict = inputs.mode === 'profile' ? 'pass' : decide(judged.checks, drift?.section);
  const subjects: readonly Subject[] = [
    {
      role: 'data',
      name: inputs.data ?? (read.tables[0].spec.name || 'data'),
      digest: dataDigest(read.tables[0]),
    },
    ...[loaded.contract, loaded.rowSchema]
      .filter((judge) => judge !== undefined)
      .map(({ name, digest }): Subject => ({ role: 'contract', name, digest })),
    ...(drift ? [drift.subject] : []),
    ...(loaded.baseline?.report
      ? [{ role: 'baseline', name: loaded.baseline.name, digest: loaded.baseline.report.digest } as const]
      : []),
  ];
  const files = read.tables.flatMap(({ parts }) => filesOf(parts));
  return {
    ...envelope(runtime, 'validation', subjects, verdict),
    dataset: {
      files: files.map(({ plan, tally }) => ({
        name: plan.name,
        format: plan.format,
        bytes: plan.size,
        rows: tally.rows,
        columns: plan.columns.length,
      })),
      rows: judged.main.rows,
      columns: judged.main.columns.map(({ name }) => name),
    },
    counts: countFindings(judged.checks),
    checks: judged.checks,
    findings: judged.findings,
    ...(drift && { drift: drift.section }),
    notes: notesOf(loaded, judged),
    files: documentFiles,
  };
}

const notesOf = ({ contract }: Loaded, { main }: Judged): readonly string[] => [
  ...(contract?.contract.unchecked ?? []).map((part) => `not checked: ${part}`),
  ...main.files.flatMap(({ name, notes }) =>
    notes.filter(({ level }) => level === 'census').map(({ message }) => `${name}: ${message}`),
  ),
];
