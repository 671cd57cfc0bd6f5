import type { GateDocument, GateResult } from '../../lib/documents/gate.ts';
import { visibleText } from '../../lib/report/visible-text.ts';
import type { Annotation } from '../../runtime/runtime.ts';
import { gateId, gateName, rank } from './table.ts';

/** Results of one gate that a message lists; the others are counted. */
const LISTED = 5;
const LONGEST = 4_000;

/**
 * One message per gate that does not hold, on its line of the policy file where it has one. A gate that asks for
 * every slice is one gate.
 */
export function annotationsOf({ gates, policy }: GateDocument): readonly Annotation[] {
  const byGate = new Map<string, GateResult[]>();
  const open = gates.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'waived');
  for (const gate of open.sort((a, b) => rank(a) - rank(b))) {
    const id = gateId(gate);
    byGate.set(id, [...(byGate.get(id) ?? []), gate]);
  }
  return [...byGate].flatMap(([id, results]) => {
    const [worst] = results;
    if (worst === undefined) return [];
    const onLine = worst.line !== undefined && policy.path !== '';
    return [
      {
        level: worst.verdict === 'fail' ? ('error' as const) : ('warning' as const),
        title: visibleText(`Gate ${id}`).slice(0, 200),
        message: messageOf(results),
        ...(onLine && { file: policy.path, line: worst.line }),
      },
    ];
  });
}

function messageOf(results: readonly GateResult[]): string {
  const listed = results.slice(0, LISTED).map((gate) => `${gateName(gate)}: ${gate.reason}`);
  const more = results.length > LISTED ? [`and ${results.length - LISTED} more`] : [];
  return visibleText([...listed, ...more].join('; ')).slice(0, LONGEST);
}
