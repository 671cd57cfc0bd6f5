import { CHECKS } from '../lib/checks/catalog.ts';
import type { TableEvidence } from '../lib/checks/check.ts';
import type { ColumnProfile, ProfileDocument } from '../lib/documents/profile.ts';
import type { ValidationDocument } from '../lib/documents/validation.ts';
import { findingsLines } from '../lib/findings/findings-lines.ts';
import { junitXml } from '../lib/findings/junit.ts';
import { sarifLog } from '../lib/findings/sarif.ts';
import { redactProfile } from '../lib/profile/redact-profile.ts';
import { envelope, saveDocument } from '../runtime/documents.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';
import { renderReport } from './report.ts';
import type { ReportExtras } from './report-extras.ts';
import { renderHtml } from './report-html.ts';

const FILES = {
  document: 'report.json',
  profile: 'profile.json',
  report: 'report.md',
  html: 'report.html',
  findings: 'findings.jsonl',
  sarif: 'findings.sarif',
  junit: 'junit.xml',
} as const;

/** Findings of each check in report.json; findings.jsonl has all that were kept. */
const REPORTED = 100;

/** What was written, and where. */
export interface Written {
  readonly reportPath: string;
  readonly profilePath: string;
  readonly sarifPath: string;
  readonly htmlPath: string;
  /** The report as Markdown. */
  readonly report: string;
  /** All files, relative to the workspace. */
  readonly files: readonly string[];
}

/** Where the other files are, relative to the document. */
export const documentFiles: ValidationDocument['files'] = {
  profile: FILES.profile,
  report: FILES.report,
  html: FILES.html,
  findings: FILES.findings,
  sarif: FILES.sarif,
  junit: FILES.junit,
};

/**
 * Writes the report, as documents for programs and for people, and the profile into the output folder.
 *
 * @param document - with all findings that were kept
 * @param extras - what is new, of these findings
 */
export async function writeDocuments(
  runtime: Runtime,
  inputs: Pick<Inputs, 'outputDir'>,
  document: ValidationDocument,
  profile: ProfileDocument,
  extras: ReportExtras,
): Promise<Written> {
  const at = (file: keyof typeof FILES): string => `${inputs.outputDir}/${FILES[file]}`;
  const short = { ...document, findings: firstOfEach(document) };
  const fresh = extras.comparison?.fresh;
  const report = renderReport(short, extras);
  await saveDocument(runtime, at('profile'), profile);
  await saveDocument(runtime, at('document'), short);
  await runtime.files.write(at('report'), report);
  await runtime.files.write(at('html'), renderHtml(short, profile, extras));
  await runtime.files.write(at('findings'), findingsLines(document.findings, fresh, document.checks));
  await runtime.files.write(
    at('sarif'),
    sarifLog(document, { checks: [...CHECKS.values()], ...(fresh && { fresh }) }),
  );
  await runtime.files.write(at('junit'), junitXml(short));
  return {
    report,
    reportPath: at('document'),
    profilePath: at('profile'),
    sarifPath: at('sarif'),
    htmlPath: at('html'),
    files: Object.keys(FILES).map((name) => `${inputs.outputDir}/${FILES[name as keyof typeof FILES]}`),
  };
}

function firstOfEach({ findings }: ValidationDocument): ValidationDocument['findings'] {
  const seen = new Map<string, number>();
  return findings.filter(({ check, field, expected }) => {
    const key = JSON.stringify([check, field, expected]);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count <= REPORTED;
  });
}

/** The profile of a table; of columns that must not be shown, counts alone. */
export function profileDocument(
  runtime: Runtime,
  { subjects, verdict }: Pick<ValidationDocument, 'subjects' | 'verdict'>,
  { rows, columns }: Pick<TableEvidence, 'rows' | 'columns'>,
  redacted: ReadonlySet<string>,
): ProfileDocument {
  return {
    ...envelope(runtime, 'profile', subjects, verdict),
    rows,
    columns: columns.map((column) => shown(column, redacted)),
  };
}

/** What may be shown of a column. */
export const shown = (column: ColumnProfile, redacted: ReadonlySet<string>): ColumnProfile =>
  redacted.has(column.name) ? redactProfile(column) : column;
