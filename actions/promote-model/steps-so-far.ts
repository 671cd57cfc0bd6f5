import type { RolloutStepReport } from '../lib/documents/promotion.ts';
import type { Ledger } from '../lib/registry/ledger.ts';

/**
 * All steps of a rollout: as this run saw them, else as the ledger has them from the runs before, else open.
 *
 * @param seen - the steps that this run took
 */
export function stepsSoFar(
  { events }: Ledger,
  rollout: string,
  seen: readonly RolloutStepReport[],
): readonly RolloutStepReport[] {
  const own = events.filter((event) => event.rollout === rollout);
  const requested = own.find(({ type }) => type === 'rollout.requested');
  if (requested?.type !== 'rollout.requested') return seen;
  const said = new Map<number, Pick<RolloutStepReport, 'verdict' | 'reason'>>();
  for (const event of own) {
    if (event.type === 'rollout.step.passed') {
      const { step, verdict, analysis } = event.data;
      said.set(step, { verdict, reason: analysis });
    }
    if (event.type === 'rollout.step.failed')
      said.set(event.data.step, { verdict: 'fail', reason: event.data.reason });
  }
  return requested.data.steps.map((planned, index) => {
    const step = index + 1;
    const known = said.get(step) ?? { verdict: 'open' as const, reason: '' };
    return seen.find((report) => report.step === step) ?? { step, ...planned, ...known, metrics: [] };
  });
}
