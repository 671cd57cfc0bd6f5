import type { Finding, ValidationDocument } from '../documents/validation.ts';
import { formatCount, formatQuantity } from '../report/format-number.ts';
import { visibleText } from '../report/visible-text.ts';
import type { CheckWords } from './check-words.ts';
import { type ErrorType, errorTypes } from './error-type.ts';
import { bySeverity } from './finding-group.ts';
import { fingerprints } from './fingerprints.ts';
import { placeText } from './place-text.ts';
import { SARIF_LEVELS, sarifRules } from './sarif-rules.ts';

/** GitHub reads at most 25,000 results of a run and shows the 5,000 most severe: more would only cost time. */
const MAX_RESULTS = 5_000;
const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

export interface SarifOptions {
  /** The checks, for the help of the rules. */
  readonly checks: readonly CheckWords[];
  /** Findings the base branch does not have; without it nothing is said about new and old. */
  readonly fresh?: ReadonlySet<Finding>;
  readonly maxResults?: number;
}

/**
 * The findings as a SARIF 2.1.0 log with one run, as GitHub's code scanning and editors read it. A finding about the
 * whole table, which has no file, stands at the first line of the first file, where GitHub can show it.
 */
export function sarifLog(document: ValidationDocument, options: SarifOptions): string {
  const { maxResults = MAX_RESULTS } = options;
  const { index, rules } = sarifRules(document, options.checks);
  const prints = fingerprints(document.findings);
  const view = { document, index, fresh: options.fresh, typeOf: errorTypes(document.checks) };
  const results = document.findings
    .map((finding, place) => ({ finding, print: prints[place] ?? '' }))
    .sort((a, b) => bySeverity(a.finding, b.finding))
    .slice(0, maxResults)
    .map(({ finding, print }) => resultOf(finding, print, view));
  const [name = '', version = ''] = document.source.action.split('@');
  const run = {
    tool: {
      driver: {
        name,
        ...(version !== '' && { semanticVersion: version }),
        organization: 'MLOps Actions',
        rules,
      },
    },
    automationDetails: { id: `${name}/${subjectName(document)}` },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { SRCROOT: { description: { text: 'The root of the repository.' } } },
    invocations: [
      {
        executionSuccessful: true,
        endTimeUtc: document.created,
        toolExecutionNotifications: leftOut(document, results.length),
      },
    ],
    ...(document.source.commit !== '' &&
      document.source.repository !== '' && {
        versionControlProvenance: [
          {
            repositoryUri: `https://github.com/${document.source.repository}`,
            revisionId: document.source.commit,
            mappedTo: { uriBaseId: 'SRCROOT' },
          },
        ],
      }),
    results,
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 1)}\n`;
}

/** Keeps apart the alerts of several data sets of one repository. */
const subjectName = ({ subjects }: ValidationDocument): string =>
  subjects.find(({ role }) => role === 'data')?.name ?? 'data';

interface ResultView {
  readonly document: ValidationDocument;
  readonly index: ReadonlyMap<string, number>;
  readonly fresh: ReadonlySet<Finding> | undefined;
  readonly typeOf: ErrorType;
}

function resultOf(finding: Finding, print: string, { document, index, fresh, typeOf }: ResultView): unknown {
  const { check, severity, message, row, field, value, expected } = finding;
  return {
    ruleId: check,
    ruleIndex: index.get(check) ?? -1,
    level: SARIF_LEVELS[severity],
    message: { text: visibleText(row === undefined ? message : `row ${row}: ${message}`) },
    locations: [locationOf(document, finding)],
    // The first is what GitHub tells alerts apart by; it would make its own from the text of the line.
    partialFingerprints: { primaryLocationLineHash: print, 'mlopsFinding/v1': print },
    ...(fresh && { baselineState: fresh.has(finding) ? 'new' : 'unchanged' }),
    properties: {
      type: typeOf(finding),
      expected: visibleText(expected),
      ...(field !== undefined && { field }),
      ...(value !== undefined && { value }),
    },
  };
}

function locationOf(document: ValidationDocument, finding: Finding): unknown {
  const [first] = document.dataset.files;
  const path = finding.file ?? first?.name ?? subjectName(document);
  const { line, column } = finding;
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(path), uriBaseId: 'SRCROOT' },
      region: {
        startLine: line ?? 1,
        ...(line !== undefined && column !== undefined && { startColumn: column, endColumn: column + 1 }),
      },
    },
    ...(finding.field !== undefined &&
      finding.field !== '' && {
        logicalLocations: [{ name: finding.field, kind: 'member', fullyQualifiedName: finding.field }],
      }),
    message: { text: visibleText(placeText(finding) || 'the whole table') },
  };
}

/** A path as a relative reference: `data/a b.csv` is `data/a%20b.csv`. */
const uriOf = (path: string): string =>
  path.toWellFormed().replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');

/** What a reader of the log must know: how much of the report is not in it. */
function leftOut(document: ValidationDocument, listed: number): readonly unknown[] {
  const counted = document.checks.reduce((sum, check) => sum + check.findings, 0);
  const more = Math.max(counted, document.findings.length) - listed;
  if (more <= 0) return [];
  const text = `${formatQuantity(more, 'finding')} of ${formatCount(listed + more)} left out here, the most severe first: findings.jsonl and report.json in the artifact have more.`;
  return [{ level: 'note', message: { text }, descriptor: { id: 'findings-left-out' } }];
}
