import { parseDuration } from '../duration.ts';
import type { Gate, WaiverLabel } from './policy.ts';
import type { LabelEntry, Report } from './policy-file.ts';
import { waiverNameProblem } from './waivable.ts';

const DEFAULT_EXPIRY = '7d';

/** The labels that waive gates. @param gates - the gates of the policy */
export function readWaiverLabels(
  labels: readonly LabelEntry[],
  gates: readonly Gate[],
  report: Report,
): readonly WaiverLabel[] {
  const seen = new Set<string>();
  return labels.map((entry, index) => {
    // GitHub compares the names of labels without regard to case.
    const folded = entry.label.toLowerCase();
    if (seen.has(folded))
      report([index, 'label'], `the label "${entry.label}" is listed already; join the two`);
    seen.add(folded);
    for (const [at, name] of entry.gates.entries()) {
      const problem = waiverNameProblem(name, gates);
      if (problem !== undefined) report([index, 'gates', at], problem);
    }
    const expiresAfterMs = parseDuration(entry['expires-after'] ?? DEFAULT_EXPIRY) ?? 0;
    if (expiresAfterMs === 0)
      report([index, 'expires-after'], 'a waiver that expires at once waives nothing');
    return {
      label: entry.label,
      gates: entry.gates,
      appliedBy: entry['applied-by'].map((who, at) =>
        readPerson(who, (message) => report([index, 'applied-by', at], message)),
      ),
      reasonRequired: entry.reason !== 'optional',
      expiresAfterMs,
      maxValueLoss: entry['max-value-loss'],
    };
  });
}

/** `role:maintain` as `maintain`, `@login` as it is. */
function readPerson(text: string, report: (message: string) => void): string {
  const role = /^role:(\S(?:.*\S)?)$/.exec(text)?.[1];
  if (role !== undefined) return role;
  if (/^@[A-Za-z0-9][A-Za-z0-9-]*$/.test(text)) return text;
  report(
    text.startsWith('@') && text.includes('/')
      ? `"${text}" is a team, whose members a workflow's token cannot see; name a role such as role:maintain, or people`
      : `expected a role such as role:maintain or a person such as @kim, found "${text}"`,
  );
  return text;
}
