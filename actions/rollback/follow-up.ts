import { evidenceReport } from '../lib/registry/evidence.ts';
import { digestOf, entryOf } from '../lib/registry/state.ts';
import { code, markdownText } from '../lib/report/markdown.ts';
import { saveBreakGlass } from '../runtime/break-glass.ts';
import type { CaseFile } from './case-file.ts';
import { reportIncident } from './incident.ts';
import { loadCauses } from './load-evidence.ts';
import { tellMirrors } from './mirrors.ts';
import { bodyOf, goodVerdict, type RollbackResult } from './result.ts';
import { askForRetraining } from './retrain.ts';
import { showDeployment } from './show-deployment.ts';
import type { Walk } from './walk-back.ts';

function sentence({ inputs }: CaseFile, { from, to, switched }: Walk): string {
  const { environment } = inputs;
  switch (switched.outcome) {
    case 'good':
      return `${environment} was rolled back from ${from} to ${to}`;
    case 'overtaken':
      return `nothing more to do: ${switched.reason}`;
    default:
      return `the rollback of ${environment} from ${from} to ${to} failed: ${switched.reason}`;
  }
}

/** The first sentence of the incident, as Markdown. */
function happenedText({ inputs }: CaseFile, { from, to, switched: { outcome, reason } }: Walk): string {
  const model = `${code(inputs.modelName)} in ${code(inputs.environment)}`;
  const change = `rolled back from ${code(from)} to ${code(to)} (${inputs.trigger})`;
  return outcome === 'good'
    ? `${model} was ${change}.`
    : `${model} was to be ${change}, **which failed**: ${markdownText(reason)}.`;
}

const STATUS = { good: 'rolled-back', sick: 'failed', failed: 'failed', overtaken: 'noop' } as const;

/** The result of a rollback that another one has overtaken, which does what follows. */
const overtaken = (file: CaseFile, walk: Walk): RollbackResult => ({
  verdict: 'warn',
  message: sentence(file, walk),
  body: { ...bodyOf(file, { ...walk, status: 'noop' }), attempts: walk.attempts },
});

/** The mirror, the incident and the request for retraining; none of them can undo or fail the switch. */
export async function followUp(file: CaseFile, walk: Walk): Promise<RollbackResult> {
  const { inputs, runtime } = file;
  const { from, to, switched } = walk;
  if (switched.outcome === 'overtaken') return overtaken(file, walk);
  // While GitHub is down, each of these would only wait for its time to be over.
  const reachable = file.ledgerState !== 'unreachable';
  const deployment = reachable ? await showDeployment(file, walk) : null;
  await tellMirrors(file);
  const evidence = await loadCauses(file);
  const facts = { happened: switched.outcome, from, to, what: happenedText(file, walk), evidence };
  const incident = reachable ? await reportIncident(file, facts) : null;
  const retrain = await askForRetraining(file, { from, to, incident });
  if (switched.outcome === 'good' && file.ledgerState === 'sound')
    await saveBreakGlass(runtime, file.ledger, inputs.environment, walk.rollout);
  const bad = digestOf(file.ledger.state, from);
  return {
    verdict: switched.outcome === 'good' ? goodVerdict(file) : 'fail',
    message: sentence(file, walk),
    body: {
      ...bodyOf(file, { ...walk, status: STATUS[switched.outcome] }),
      attempts: walk.attempts,
      secondsToSafe: switched.secondsToSafe,
      quarantined: bad !== undefined && entryOf(file.ledger.state.quarantine, bad) !== undefined,
      metrics: switched.metrics,
      evidence: evidence.map(evidenceReport),
      incident,
      retrain,
      deployment,
    },
  };
}
