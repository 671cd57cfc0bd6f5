import { evidenceReport } from '../lib/registry/evidence.ts';
import { environmentOf } from '../lib/registry/state.ts';
import { code } from '../lib/report/markdown.ts';
import type { CaseFile } from './case-file.ts';
import { reportIncident } from './incident.ts';
import { loadCauses } from './load-evidence.ts';
import { bodyOf, goodVerdict, type RollbackResult } from './result.ts';
import { askForRetraining } from './retrain.ts';

/** Drift lasts: the incident that is open already is not commented on by every run that sees it. */
async function incidentOf(file: CaseFile, facts: Parameters<typeof reportIncident>[1]) {
  const { incidents } = environmentOf(file.ledger.state, file.inputs.environment);
  const open = incidents.find(({ version }) => version === facts.from);
  return open === undefined ? reportIncident(file, facts) : { number: open.issue, url: open.url };
}

/**
 * Asks for a better version and leaves traffic, quarantine and lease alone. For drift: the version before would see the
 * same data.
 */
export async function retrainOnly(file: CaseFile): Promise<RollbackResult> {
  const { inputs, ledger } = file;
  const { modelName, environment, ifServing } = inputs;
  const serving = environmentOf(ledger.state, environment).current;
  const about = { from: serving, to: null, candidates: [] };
  if (serving === null)
    return {
      verdict: 'fail',
      message: `no version of ${modelName} serves ${environment}`,
      body: bodyOf(file, { ...about, status: 'failed' }),
    };
  if (ifServing !== '' && ifServing !== serving)
    return {
      verdict: goodVerdict(file),
      message: `nothing to do: ${ifServing} does not serve ${environment} (${serving} does)`,
      body: bodyOf(file, { ...about, status: 'noop' }),
    };
  if (inputs.dryRun)
    return {
      verdict: goodVerdict(file),
      message: `retraining of ${modelName} would be asked for, because of ${serving} in ${environment}`,
      body: bodyOf(file, { ...about, status: 'planned' }),
    };
  const evidence = await loadCauses(file);
  const reachable = file.ledgerState !== 'unreachable';
  const what = `${code(modelName)} ${code(serving)} in ${code(environment)} needs retraining; no traffic was changed (${inputs.trigger}).`;
  const incident = reachable
    ? await incidentOf(file, { happened: 'drifted', from: serving, to: null, what, evidence })
    : null;
  const retrain = await askForRetraining(file, { from: serving, to: null, incident });
  const asked = retrain.skipped === '';
  return {
    verdict: goodVerdict(file),
    message: asked
      ? `retraining of ${modelName} was asked for, because of ${serving} in ${environment}; no traffic was changed`
      : `no retraining was asked for: ${retrain.skipped}`,
    body: {
      ...bodyOf(file, { ...about, status: asked ? 'retrain-only' : 'noop' }),
      evidence: evidence.map(evidenceReport),
      incident,
      retrain,
    },
  };
}
