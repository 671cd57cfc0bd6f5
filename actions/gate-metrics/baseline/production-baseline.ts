import { isDigest, sha256 } from '../../lib/digest.ts';
import type { GateDocument } from '../../lib/documents/gate.ts';
import { ActionError } from '../../lib/errors.ts';
import { plainEntry } from '../../lib/history/history-point.ts';
import { ledgerPath } from '../../lib/registry/ledger.ts';
import { entryOf, environmentOf, type LedgerState, type VersionState } from '../../lib/registry/state.ts';
import { parseJsonStrict } from '../../lib/schema/json.ts';
import { satisfiesSchema } from '../../lib/schema/schema-walk.ts';
import { loadDocument } from '../../runtime/documents.ts';
import type { GitData } from '../../runtime/github/git-data.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { loadMetrics } from '../metrics/load-metrics.ts';
import { baselineOf, type LoadedNumbers } from './found-baseline.ts';
import { gateNumbers } from './gate-view.ts';
import type { Place, Search } from './search.ts';

/** Where promote-model keeps its ledger by default. */
const BRANCH = 'mlops-registry';
const ENVIRONMENT = 'production';

/** What is read of a `state.json`, which is the fold of the ledger's events. */
const STATE = {
  type: 'object',
  required: ['versions', 'environments'],
  properties: {
    versions: {
      additionalProperties: {
        type: 'object',
        required: ['commit', 'registered', 'metrics', 'evidence'],
        properties: {
          commit: { type: 'string' },
          registered: { type: 'string' },
          metrics: { type: 'object', additionalProperties: { type: 'number' } },
          evidence: {
            type: 'object',
            additionalProperties: {
              type: 'object',
              required: ['digest'],
              properties: { digest: { type: 'string' } },
            },
          },
        },
      },
    },
    environments: {
      additionalProperties: { type: 'object', properties: { current: { type: ['string', 'null'] } } },
    },
  },
};

/** The version that serves in production, by the evidence it was promoted with. */
export const productionVersion: Place = {
  name: 'production in the registry',
  async look(search) {
    const { runtime, model } = search;
    const note = (found: string): undefined => {
      search.note('production in the registry', found);
      return undefined;
    };
    if (model === undefined) return note('the policy names no model, so its ledger is not known');
    const { git } = await runtime.github();
    const tip = await git.branchTip(BRANCH);
    if (tip === undefined) return note(`there is no branch ${BRANCH}`);
    const state = await readState(git, tip, model);
    if (state === undefined) return note(`the ledger has no model ${model}`);
    const { current } = environmentOf(state, ENVIRONMENT);
    const version = current === null ? undefined : entryOf(state.versions, current);
    if (version === undefined) return note(`${model} has no version in ${ENVIRONMENT}`);
    const location = `${model} ${current} of ${BRANCH}`;
    const numbers = await numbersOf(search, { git, tip, model, version, location });
    if (numbers === undefined)
      return note(`the ledger keeps only digests of the evidence for ${model} ${current}, no numbers`);
    return baselineOf(numbers, { origin: 'production', commit: version.commit });
  },
};

async function readState(git: GitData, tip: string, model: string): Promise<LedgerState | undefined> {
  const path = ledgerPath.state(model);
  const bytes = await git.readFile(tip, path);
  if (bytes === undefined) return undefined;
  const { value } = parseJsonStrict(new TextDecoder().decode(bytes), path);
  if (!satisfiesSchema(STATE, value))
    throw new ActionError('invalid-file', `${BRANCH}:${path}: it is not the state of a ledger`);
  return value as LedgerState;
}

interface Promoted {
  readonly git: GitData;
  readonly tip: string;
  readonly model: string;
  readonly version: VersionState;
  readonly location: string;
}

/** From the evaluation, else from the gate that let it pass, else the few numbers that were registered. */
async function numbersOf(search: Search, promoted: Promoted): Promise<LoadedNumbers | undefined> {
  const { runtime } = search;
  const { version, location } = promoted;
  const metrics = await evidenceFile(runtime, promoted, 'metrics');
  if (metrics !== undefined) return { view: { ...(await loadMetrics(runtime, metrics)), location } };
  const gate = await evidenceFile(runtime, promoted, 'gate');
  if (gate !== undefined) {
    const file = { location, name: 'gate.json', path: gate };
    const { document, digest } = await loadDocument<GateDocument>(runtime, 'gate', file);
    return gateNumbers(document, location, digest);
  }
  const registered = Object.entries(version.metrics);
  if (registered.length === 0) return undefined;
  return {
    view: {
      location,
      created: version.registered,
      digest: sha256(JSON.stringify(registered)),
      entries: registered.map(([name, value]) => plainEntry(name, undefined, value)),
      document: undefined,
      rows: undefined,
      rowsDigest: undefined,
    },
  };
}

/** A copy of a document that the ledger keeps beside it; `undefined` where it keeps the digest alone. */
async function evidenceFile(
  runtime: Runtime,
  { git, tip, model, version }: Promoted,
  kind: 'metrics' | 'gate',
): Promise<string | undefined> {
  const digest = entryOf(version.evidence, kind)?.digest ?? '';
  if (!isDigest(digest)) return undefined;
  const path = ledgerPath.evidence(model, digest);
  const bytes = await git.readFile(tip, path);
  if (bytes === undefined) return undefined;
  if (sha256(bytes) !== digest)
    throw new ActionError('digest-mismatch', `${BRANCH}:${path}: its content is ${sha256(bytes)}`);
  const copy = `${await runtime.files.temporaryFolder('evidence')}/${kind}.json`;
  await runtime.files.write(copy, bytes);
  return copy;
}
