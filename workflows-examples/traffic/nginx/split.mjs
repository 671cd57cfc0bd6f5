// Splits nginx's traffic between versions, and mirrors it, for the traffic driver `command`: writes a file that
// nginx includes, has nginx check it and reload, and reads back what the running nginx answers.
//
//   node split.mjs set  --name churn --conf /etc/nginx/mlops/churn.conf [--nginx /usr/sbin/nginx] [--nginx-conf …]
//   node split.mjs read --status http://127.0.0.1:8081/churn
//
// An upstream has the name of the version it runs, with `churn-` before it. Versions come in the environment (MLOPS_*)
// and are checked, since they become a part of nginx's configuration.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const FENCED = 4;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: 'string' },
    conf: { type: 'string' },
    nginx: { type: 'string', default: 'nginx' },
    'nginx-conf': { type: 'string' },
    status: { type: 'string' },
  },
});
const {
  MLOPS_VERSION = '',
  MLOPS_WEIGHT = '',
  MLOPS_SHADOW = '0',
  MLOPS_PREVIOUS_VERSION = '',
  MLOPS_FENCE = '',
} = process.env;

function fail(message, code = 1) {
  console.error(message);
  process.exit(code);
}

const named = (version) =>
  /^[A-Za-z0-9._-]+$/.test(version) ? version : fail(`${JSON.stringify(version)} is no name of an upstream`);
const percent = (text, what) =>
  /^(100|[1-9]?\d)$/.test(text) ? Number(text) : fail(`${what} is not 0 to 100`);

/** A share of requests for one upstream and the rest for another; nginx knows no `0%`. */
const split = (seed, variable, weight, upstream, rest) =>
  [
    `split_clients "${seed}$request_id" ${variable} {`,
    ...(weight > 0 && weight < 100 ? [`  ${weight}% "${upstream}";`] : []),
    `  * "${weight === 100 ? upstream : rest}";`,
    '}',
  ].join('\n');

function configuration() {
  const name = /^[a-z][a-z0-9_]*$/.test(options.name ?? '')
    ? options.name
    : fail('--name is not a word of a-z, 0-9, _');
  const [version, weight, shadow] = [
    named(MLOPS_VERSION),
    percent(MLOPS_WEIGHT, 'MLOPS_WEIGHT'),
    percent(MLOPS_SHADOW, 'MLOPS_SHADOW'),
  ];
  const before = MLOPS_PREVIOUS_VERSION === '' ? '' : named(MLOPS_PREVIOUS_VERSION);
  const traffic = {
    weights: { [version]: weight, ...(before === '' ? {} : { [before]: 100 - weight }) },
    shadows: { [version]: shadow },
  };
  const fence = /^\d+$/.test(MLOPS_FENCE) ? MLOPS_FENCE : fail('MLOPS_FENCE is not a number');
  return `# Written by split.mjs. fence: ${fence}
${split('', `$${name}_upstream`, weight, `${name}-${version}`, before === '' ? '' : `${name}-${before}`)}
${split('shadow', `$${name}_shadow`, shadow, `${name}-${version}`, '')}
map "" $${name}_traffic {
  default '${JSON.stringify(traffic)}';
}
`;
}

/** What nginx says against a command, and what it prints otherwise. */
function nginx(...command) {
  const conf = options['nginx-conf'] ? ['-c', options['nginx-conf']] : [];
  const { status, stdout, stderr, error } = spawnSync(options.nginx, [...conf, ...command], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const failure = error?.message ?? (status === 0 ? '' : stderr.trim().split('\n')[0]);
  return { failure, stdout };
}

/** Whether nginx takes the new configuration, which may name upstreams that are not there without being refused. */
function problemOf(wanted) {
  const { failure, stdout } = nginx('-T', '-q');
  if (failure !== '') return failure;
  const names = (text, pattern) => [...text.matchAll(pattern)].map(([, name]) => name);
  const there = new Set(names(stdout, /^\s*upstream\s+"?([^\s"{]+)"?\s*\{/gm));
  const missing = names(wanted, /^ .*"([^"]+)";$/gm).filter((name) => !there.has(name));
  return missing.length === 0
    ? ''
    : `there is no upstream ${missing.join(', ')}; add one with the name of the version`;
}

/** Puts a file in the place of another in one go. */
function replace(path, content) {
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}

function set() {
  const path = options.conf ?? fail('--conf is missing');
  const wanted = configuration();
  const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  const seen = Number(/fence: (\d+)/.exec(before ?? '')?.[1] ?? 0);
  if (seen > Number(MLOPS_FENCE)) fail(`${path} has the fence ${seen}, above ${MLOPS_FENCE}`, FENCED);
  replace(path, wanted);
  const problem = problemOf(wanted);
  if (problem !== '') {
    if (before === undefined) rmSync(path);
    else replace(path, before);
    fail(`nginx refuses this: ${problem}`);
  }
  const { failure } = nginx('-s', 'reload');
  if (failure !== '') fail(`nginx does not reload: ${failure}`);
}

async function read() {
  // A connection of its own, or the workers from before the reload would answer.
  const answer = await fetch(options.status ?? fail('--status is missing'), {
    headers: { connection: 'close' },
    signal: AbortSignal.timeout(5_000),
  });
  const { weights, shadows } = await answer.json();
  console.log(JSON.stringify({ weights, shadow: shadows[MLOPS_VERSION] ?? 0 }));
}

try {
  await ({ set, read }[positionals[0]] ?? (() => fail('expected set or read')))();
} catch ({ message }) {
  fail(message);
}
