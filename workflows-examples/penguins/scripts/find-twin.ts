// Looks for an earlier run of this workflow that was asked for the same: whoever asks over a network asks at least once.
// Runs are told apart by their name, which carries what was asked for. Writes `run=<id>` to the step's outputs, empty
// where there is none.
//
//   GH_TOKEN=… node scripts/find-twin.ts train.yml
import { appendFileSync } from 'node:fs';
import { isObject, request, text } from './github.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** A training that came to nothing is no reason not to train. */
const IN_VAIN: ReadonlySet<unknown> = new Set(['failure', 'cancelled', 'timed_out', 'startup_failure']);

const [workflow] = process.argv.slice(2);
if (!workflow) throw new Error('usage: node scripts/find-twin.ts <workflow file>');
const own = Number(process.env['GITHUB_RUN_ID']);

async function findTwin(): Promise<number | undefined> {
  const self = await request('GET', `/actions/runs/${own}`);
  const since = new Date(Date.parse(text(self, 'created_at')) - DAY_MS).toISOString().slice(0, 19);
  const event = text(self, 'event');
  const path = `/actions/workflows/${workflow}/runs?event=${event}&created=%3E%3D${since}Z&per_page=100`;
  const answer = await request('GET', path);
  const runs = isObject(answer) && Array.isArray(answer['workflow_runs']) ? answer['workflow_runs'] : [];
  for (const run of runs) {
    const id = isObject(run) ? run['id'] : undefined;
    if (typeof id !== 'number' || id >= own || !isObject(run) || IN_VAIN.has(run['conclusion'])) continue;
    if (text(run, 'display_title') === text(self, 'display_title')) return id;
  }
  return undefined;
}

const twin = await findTwin();
if (twin !== undefined) console.log(`::notice::Run ${twin} was asked for the same: nothing is trained here`);
appendFileSync(process.env['GITHUB_OUTPUT'] ?? '/dev/stdout', `run=${twin ?? ''}\n`);
