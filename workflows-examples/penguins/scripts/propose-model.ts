// Proposes a newly trained model as a pull request, through GitHub's REST API: no token in the git configuration, and a
// commit that GitHub signs. The cause stands in the commit as a trailer, where release.yml finds it.
//
//   GH_TOKEN=… node scripts/propose-model.ts models/penguins.onnx
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isObject, ref, request, text } from './github.ts';

const setting = (name: string): string => (process.env[name] ?? '').replace(/\s+/g, ' ').trim();

const path = process.argv[2];
if (!path) throw new Error('usage: node scripts/propose-model.ts <model file>');
const cause = setting('CAUSE');
const reason = setting('REASON') || 'By hand';
const run = setting('GITHUB_RUN_ID');
const base = setting('GITHUB_REF_NAME');
const title = `Retrain ${basename(path)}${cause === '' ? '' : ` after ${cause}`}`;
// The same for the same incident: a second training replaces the first proposal.
const branch = `retrain/${(cause || `run ${run}`).replace(/[^\w]+/g, '-')}`;

const FACTS = [
  ['Reason', reason],
  ['Cause', cause],
  ['Version taken out of service', setting('BAD_VERSION')],
  ['Version that serves again', setting('RESTORED_VERSION')],
  ['Data to learn from', [setting('DATA_FROM'), setting('DATA_TO')].filter(Boolean).join(' to ')],
  ['Ledger', setting('LEDGER_HEAD')],
] as const;

/** A commit on top of the base branch with the new bytes; `undefined` when they are the old ones. */
async function commit(model: string): Promise<string | undefined> {
  const parent = text(await request('GET', `/git/ref/heads/${base}`), 'object', 'sha');
  const before = text(await request('GET', `/git/commits/${parent}`), 'tree', 'sha');
  const content = readFileSync(model).toString('base64');
  const blob = text(await request('POST', '/git/blobs', { content, encoding: 'base64' }), 'sha');
  const entry = { path: model, mode: '100644', type: 'blob', sha: blob };
  const tree = text(await request('POST', '/git/trees', { base_tree: before, tree: [entry] }), 'sha');
  if (tree === before) return undefined;
  const message = `${title}\n\n${reason}\n${cause === '' ? '' : `\nCause: ${cause}\n`}`;
  return text(await request('POST', '/git/commits', { message, tree, parents: [parent] }), 'sha');
}

async function openPullRequest(): Promise<string> {
  const owner = setting('GITHUB_REPOSITORY_OWNER');
  const open = await request('GET', `/pulls?head=${owner}:${branch}&state=open`);
  if (Array.isArray(open) && isObject(open[0])) return text(open[0], 'html_url');
  const rows = FACTS.filter(([, value]) => value !== '').map(([name, value]) => `- ${name}: ${value}`);
  const body = `${rows.join('\n')}\n\nTrained by run ${run}; its artifacts \`trained-metrics\` and \`trained-gate\` say how good it is.\n`;
  return text(await request('POST', '/pulls', { title, head: branch, base, body }), 'html_url');
}

const made = await commit(path);
if (made === undefined) {
  console.log('::notice::Training gave the bytes that are there already: nothing to propose');
} else {
  const known = await ref(branch);
  if (known === undefined) await request('POST', '/git/refs', { ref: `refs/heads/${branch}`, sha: made });
  else await request('PATCH', `/git/refs/heads/${branch}`, { sha: made, force: true });
  console.log(`::notice::Proposed as ${await openPullRequest()}`);
}
