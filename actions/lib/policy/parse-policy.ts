import { parseDuration } from '../duration.ts';
import { ActionError } from '../errors.ts';
import { checkAgainstSchema } from '../schema/check-against-schema.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import { lineOf, type ParsedText } from '../schema/parsed-text.ts';
import { parseYamlStrict } from '../schema/yaml.ts';
import { parseComposite, quotedId, uncovered } from './composite.ts';
import schema from './gates.schema.json' with { type: 'json' };
import { notAPolicy } from './not-a-policy.ts';
import { DEFAULT_BASELINE, DEFAULT_POLICY, type Gate, type Policy } from './policy.ts';
import { type BaselineEntry, below, type PolicyFile, type Report } from './policy-file.ts';
import { gateId, readGate } from './read-gate.ts';
import { readWaiverLabels } from './read-waiver-labels.ts';
import { LineError } from './scanner.ts';

/**
 * Reads a gate policy.
 *
 * @param where - name of the file for messages
 * @throws ActionError invalid-file with every problem on a line of its own, by line and column
 */
export function parsePolicy(text: string, where: string): Policy {
  const parsed = parseYamlStrict(text, where);
  const other = notAPolicy(parsed.value);
  if (other !== undefined) throw new ActionError('invalid-file', `${parsed.at([])}: ${other}`);
  checkAgainstSchema(parsed, compileSchema(schema, 'gates.schema.json', { allProblems: true }));
  const problems: string[] = [];
  const policy = readPolicy(parsed, (path, message) => problems.push(`${parsed.at(path)}: ${message}`));
  if (problems.length > 0) throw new ActionError('invalid-file', problems.join('\n'));
  return policy;
}

function readPolicy(parsed: ParsedText, report: Report): Policy {
  // The schema has been checked, and it describes exactly this type.
  const file = parsed.value as PolicyFile;
  const { defaults = {} } = file;
  const baselines = readBaselines(file.baselines ?? {}, below(report, 'baselines'));
  const around = { defaults, baselines: [...baselines.keys()] };
  const gates = file.gates.map((gate, index) => {
    const at = ['gates', index] as const;
    return readGate(gate, around, lineOf(parsed.at(at)), below(report, ...at));
  });
  reportDuplicates(file, report);
  return {
    model: file.model,
    confidence: defaults.confidence ?? DEFAULT_POLICY.confidence,
    onInconclusive: defaults['on-inconclusive'] ?? DEFAULT_POLICY.onInconclusive,
    onMissing: defaults['on-missing'] ?? DEFAULT_POLICY.onMissing,
    onUndefined: defaults['on-undefined'] ?? DEFAULT_POLICY.onUndefined,
    evidence: readEvidence(file.evidence ?? {}),
    multiplicity: { ...DEFAULT_POLICY.multiplicity, ...file.multiplicity },
    baselines,
    metrics: new Map(
      Object.entries(file.metrics ?? {}).map(([name, { direction, unit }]) => [name, { direction, unit }]),
    ),
    gates,
    composite: readComposite(file.composite, gates, below(report, 'composite')),
    waivers: {
      file: file.waivers?.file,
      labels: readWaiverLabels(file.waivers?.labels ?? [], gates, below(report, 'waivers', 'labels')),
    },
    report: {
      primary: file.report?.primary ?? DEFAULT_POLICY.report.primary,
      changedRows: file.report?.['changed-rows'] ?? DEFAULT_POLICY.report.changedRows,
      mentionOnFail: file.report?.['mention-on-fail'] ?? DEFAULT_POLICY.report.mentionOnFail,
    },
  };
}

function readEvidence(evidence: NonNullable<PolicyFile['evidence']>): Policy['evidence'] {
  const usual = DEFAULT_POLICY.evidence;
  return {
    sameDataset: evidence['same-dataset'] ?? usual.sameDataset,
    minOverlap: evidence['min-overlap'] ?? usual.minOverlap,
    maxAgeMs: parseDuration(evidence['max-age'] ?? ''),
    noDowngrade: evidence['no-downgrade'] ?? usual.noDowngrade,
  };
}

function readBaselines(
  entries: Readonly<Record<string, BaselineEntry>>,
  report: Report,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(entries).map(([name, entry]) => {
      if (name === DEFAULT_BASELINE)
        report([name], `"${name}" is the baseline of the input of that name; give this one another name`);
      return [name, baselineLocation(entry, below(report, name))];
    }),
  );
}

function baselineLocation(entry: BaselineEntry, report: Report): string {
  const { from, asset } = typeof entry === 'string' ? { from: entry, asset: undefined } : entry;
  if (from === 'none') report([], 'a baseline that is none compares with nothing; leave it out');
  if (asset === undefined) return from;
  if (!/^release:\S+$/.test(from))
    report(['asset'], `asset names a file of a release, as in from: release:latest; found from: ${from}`);
  return `${from}/${asset}`;
}

function reportDuplicates({ gates }: PolicyFile, report: Report): void {
  const seen = new Map<string, number>();
  for (const [index, gate] of gates.entries()) {
    const id = gateId(gate).normalize('NFC');
    const first = seen.get(id);
    if (first !== undefined)
      report(
        ['gates', index, ...(gate.id === undefined ? [] : ['id'])],
        `the id "${id}" belongs to gate ${first + 1} already; give each gate an id of its own`,
      );
    seen.set(id, first ?? index);
  }
}

function readComposite(
  text: string | undefined,
  gates: readonly Gate[],
  report: Report,
): Policy['composite'] {
  if (text === undefined) return undefined;
  try {
    const condition = parseComposite(
      text,
      gates.map(({ id }) => id),
    );
    const silent = uncovered(condition, gates).map(quotedId);
    if (silent.length > 0)
      report(
        [],
        `composite: the required ${silent.length === 1 ? 'gate' : 'gates'} ${silent.join(', ')} would no longer count; write (${text}) and ${silent.join(' and ')}, or give ${silent.length === 1 ? 'it' : 'them'} severity: warning`,
      );
    return { text, condition };
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    report([], `composite: column ${error.column} of ${JSON.stringify(text)}: ${error.message}`);
    return undefined;
  }
}
