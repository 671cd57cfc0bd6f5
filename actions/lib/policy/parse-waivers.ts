import { ActionError } from '../errors.ts';
import { checkAgainstSchema } from '../schema/check-against-schema.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import { lineOf } from '../schema/parsed-text.ts';
import { parseYamlStrict } from '../schema/yaml.ts';
import type { FileWaiver, Gate } from './policy.ts';
import { waiverNameProblem } from './waivable.ts';
import schema from './waivers.schema.json' with { type: 'json' };

/** The file as `waivers.schema.json` describes it: `null` when it holds nothing or only comments. */
type WaiverFile =
  | readonly {
      readonly gate: string;
      readonly reason: string;
      readonly owner: string;
      readonly expires: string;
      readonly 'max-value-loss': number | 'any';
    }[]
  | null;

const DAY_MS = 86_400_000;

/**
 * Reads the committed waivers.
 *
 * @param where - name of the file for messages
 * @param gates - the gates that exist: a waiver for another one excuses nothing and is refused
 * @throws ActionError invalid-file with every problem on a line of its own, by line and column
 */
export function parseWaivers(text: string, where: string, gates: readonly Gate[]): readonly FileWaiver[] {
  const parsed = parseYamlStrict(text, where);
  checkAgainstSchema(parsed, compileSchema(schema, 'waivers.schema.json', { allProblems: true }));
  // The schema has been checked, and it describes exactly this type.
  const entries = (parsed.value as WaiverFile) ?? [];
  const first = new Map<string, number>();
  const problems = entries.flatMap(({ gate }, index) => {
    const place = parsed.at([index, 'gate']);
    const problem = waiverNameProblem(gate, gates);
    if (problem !== undefined) return [`${place}: ${problem}`];
    const before = first.get(gate);
    first.set(gate, before ?? index);
    return before === undefined ? [] : [`${place}: entry ${before + 1} waives "${gate}" already; keep one`];
  });
  if (problems.length > 0) throw new ActionError('invalid-file', problems.join('\n'));
  return entries.map((entry, index) => ({
    gate: entry.gate,
    reason: entry.reason.trim(),
    owner: entry.owner.trim(),
    expires: Date.parse(`${entry.expires}T00:00:00Z`) + DAY_MS - 1,
    maxValueLoss: entry['max-value-loss'] === 'any' ? undefined : entry['max-value-loss'],
    line: lineOf(parsed.at([index])),
  }));
}
