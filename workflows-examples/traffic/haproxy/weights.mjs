// Sets and reads the weights of HAProxy's servers through its runtime API, for the traffic driver `command`.
//
//   node weights.mjs set  --socket /run/haproxy/mlops.sock --backend churn --fence-file /var/lib/haproxy/churn.fence
//   node weights.mjs read --socket /run/haproxy/mlops.sock --backend churn
//
// A server has the name of the version it runs. Versions come in the environment (MLOPS_*) and are checked, since
// the runtime API takes a semicolon or a new line for the beginning of another command.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { parseArgs } from 'node:util';

const FENCED = 4;
const RUNNING = '2';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { socket: { type: 'string' }, backend: { type: 'string' }, 'fence-file': { type: 'string' } },
});
const { MLOPS_VERSION = '', MLOPS_WEIGHT = '', MLOPS_PREVIOUS_VERSION = '', MLOPS_FENCE = '' } = process.env;

function fail(message, code = 1) {
  console.error(message);
  process.exit(code);
}

const named = (name, what) =>
  /^[A-Za-z0-9._:-]+$/.test(name) ? name : fail(`${what} ${JSON.stringify(name)} is no name of a server`);

/** Sends commands to the runtime API, and gives what it answers. */
const ask = (commands) =>
  new Promise((done) => {
    let text = '';
    const socket = connect(options.socket ?? fail('--socket is missing'));
    socket.setTimeout(5_000, () => fail(`${options.socket}: HAProxy does not answer`));
    socket.on('error', ({ message }) => fail(`${options.socket}: ${message}`));
    socket.on('data', (piece) => {
      text += piece;
    });
    socket.on('end', () => done(text.trim()));
    socket.end(`${commands.join('; ')}\n`);
  });

const backend = named(options.backend ?? '', '--backend');

/** The backend's servers by name, with their weight and whether they take traffic. */
async function servers() {
  const answer = await ask([`show servers state ${backend}`]);
  const [, titles = '', ...lines] = answer.split('\n');
  const columns = titles.replace(/^# /, '').split(' ');
  if (!columns.includes('srv_uweight')) fail(`HAProxy says: ${answer.slice(0, 200)}`);
  return lines.map((line) => {
    const cells = line.split(' ');
    const cell = (name) => cells[columns.indexOf(name)];
    const up = cell('srv_op_state') === RUNNING && cell('srv_admin_state') === '0';
    return { name: cell('srv_name'), weight: Number(cell('srv_uweight')), up };
  });
}

/** Refuses a fence lower than one seen before, and notes this one before anything is changed. */
function claim(path) {
  const seen = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
  if (!(seen <= Number(MLOPS_FENCE)))
    fail(`${path} has seen the fence ${seen}, above ${MLOPS_FENCE}`, FENCED);
  writeFileSync(`${path}.new`, `${MLOPS_FENCE}\n`);
  renameSync(`${path}.new`, path);
}

async function set() {
  const weight = /^(100|[1-9]?\d)$/.test(MLOPS_WEIGHT)
    ? Number(MLOPS_WEIGHT)
    : fail('MLOPS_WEIGHT is not 0 to 100');
  const wanted = new Map([[named(MLOPS_VERSION, 'the version'), weight]]);
  if (MLOPS_PREVIOUS_VERSION !== '') wanted.set(named(MLOPS_PREVIOUS_VERSION, 'the version'), 100 - weight);
  const found = await servers();
  for (const [version, share] of wanted)
    if (share > 0 && !found.some(({ name }) => name === version))
      fail(`the backend ${backend} has no server ${version}; add one with the name of the version`);
  if (options['fence-file']) claim(options['fence-file']);
  const changes = found
    .map(({ name, weight: before }) => ({ name, before, after: wanted.get(name) ?? 0 }))
    // Servers that gain come first, so that there is never nobody to answer.
    .toSorted((a, b) => b.after - b.before - (a.after - a.before));
  const answer = await ask(changes.map(({ name, after }) => `set server ${backend}/${name} weight ${after}`));
  if (answer !== '') fail(`HAProxy says: ${answer.slice(0, 200)}`);
}

async function read() {
  const up = (await servers()).filter((server) => server.up);
  const all = up.reduce((sum, { weight }) => sum + weight, 0);
  const share = ({ weight }) => (all === 0 ? 0 : (100 * weight) / all);
  console.log(
    JSON.stringify({ weights: Object.fromEntries(up.map((server) => [server.name, share(server)])) }),
  );
}

await { set, read }[positionals[0]]?.().catch(({ message }) => fail(message));
if (!['set', 'read'].includes(positionals[0])) fail('expected set or read');
