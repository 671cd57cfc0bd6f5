import type { Subject } from '../lib/documents/envelope.ts';
import type { ProfileDocument } from '../lib/documents/profile.ts';
import type { ValidationDocument } from '../lib/documents/validation.ts';
import { redactProfile } from '../lib/profile/redact-profile.ts';
import { envelope, saveDocument } from '../runtime/documents.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { countFindings, decide } from './decide.ts';
import type { Drift } from './drift.ts';
import type { Inputs } from './inputs.ts';
import type { Loaded } from './load.ts';
import { renderReport } from './report.ts';
import type { Scan } from './scan.ts';

const FILES = { report: 'report.md', profile: 'profile.json', document: 'report.json' } as const;

/** What was written, and where. */
export interface Written {
  readonly document: ValidationDocument;
  readonly reportPath: string;
  readonly profilePath: string;
  readonly report: string;
  /** All files, relative to the workspace. */
  readonly files: readonly string[];
}

/** Writes the report, as a document and for people, and the profile into the output folder. */
export async function writeDocuments(
  runtime: Runtime,
  inputs: Inputs,
  loaded: Loaded,
  scan: Scan,
  drift: Drift | undefined,
): Promise<Written> {
  const at = (file: string): string => `${inputs.outputDir}/${file}`;
  const document = validationDocument(runtime, inputs, loaded, scan, drift);
  const report = renderReport(document);
  await saveDocument(runtime, at(FILES.profile), profileDocument(runtime, document, loaded, scan));
  await saveDocument(runtime, at(FILES.document), document);
  await runtime.files.write(at(FILES.report), report);
  return {
    document,
    report,
    reportPath: at(FILES.document),
    profilePath: at(FILES.profile),
    files: [at(FILES.document), at(FILES.profile), at(FILES.report)],
  };
}

function validationDocument(
  runtime: Runtime,
  inputs: Inputs,
  loaded: Loaded,
  scan: Scan,
  drift: Drift | undefined,
): ValidationDocument {
  const verdict = decide(scan.checks, drift?.section);
  const subjects: readonly Subject[] = [
    { role: 'data', name: inputs.data, digest: scan.digest },
    ...[loaded.contract, loaded.rowSchema]
      .filter((judge) => judge !== undefined)
      .map(({ name, digest }): Subject => ({ role: 'contract', name, digest })),
    ...(drift ? [drift.subject] : []),
  ];
  return {
    ...envelope(runtime, 'validation', subjects, verdict),
    dataset: { files: scan.files, rows: scan.rows, columns: scan.columns },
    counts: countFindings(scan.checks),
    checks: scan.checks,
    findings: scan.findings,
    ...(drift && { drift: drift.section }),
    notes: [...(loaded.contract?.unchecked ?? []).map((part) => `not checked: ${part}`), ...scan.notes],
    files: { profile: FILES.profile, report: FILES.report },
  };
}

function profileDocument(
  runtime: Runtime,
  { subjects, verdict }: ValidationDocument,
  { contract }: Loaded,
  scan: Scan,
): ProfileDocument {
  const classified = new Set(
    contract?.object.columns.filter((column) => column.classified).map(({ name }) => name),
  );
  return {
    ...envelope(runtime, 'profile', subjects, verdict),
    rows: scan.rows,
    columns: scan.profile.map((column) => (classified.has(column.name) ? redactProfile(column) : column)),
  };
}
