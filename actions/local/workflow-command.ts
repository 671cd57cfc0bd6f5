import { basename, resolve } from 'node:path';
import { ActionError, errorMessage } from '../lib/errors.ts';
import type { Terminal } from '../runtime/terminal.ts';
import { cancellation, INTERRUPTED } from './cancellation.ts';
import { type CommandLine, type FlagKind, parseFlags, parsePairs } from './flags.ts';
import { type FlagHelp, flagTable } from './help.ts';
import { chooseEvent, EVENTS, makeEvent } from './local-event.ts';
import { createLocalGitHub } from './local-github.ts';
import { enclosingFolder } from './snapshot-folder.ts';
import { ProgressView } from './terminal/progress-view.ts';
import { isMap, type Value, type ValueMap } from './workflow/expression.ts';
import { readText, readWorkflow } from './workflow/workflow-file.ts';

type Flag = FlagHelp & { readonly kind: FlagKind };

const FLAGS: readonly Flag[] = [
  {
    name: 'event',
    kind: 'text',
    value: '<name>',
    about: `${EVENTS.join(', ')}; by default the first the workflow runs on`,
  },
  { name: 'input', kind: 'many', value: '<name=value>', about: 'input of workflow_dispatch' },
  { name: 'job', kind: 'text', value: '<id>', about: 'run only this job and those it needs' },
  {
    name: 'folder',
    kind: 'text',
    value: '<path>',
    about:
      "the repository's files, with uncommitted changes; by default the git repository around the workflow file",
  },
  {
    name: 'workspace',
    kind: 'text',
    value: '<path>',
    about: 'work in this folder as it is instead of a fresh checkout for each job',
  },
  {
    name: 'state',
    kind: 'text',
    value: '<path>',
    about: 'where remote, runs, artifacts and conversations are kept (default: .mlops-local/github)',
  },
  {
    name: 'repository',
    kind: 'text',
    value: '<owner/name>',
    about: 'the name the repository goes by (default: local/<folder>)',
  },
  { name: 'event-payload', kind: 'text', value: '<file>', about: "JSON with parts of the event's payload" },
  {
    name: 'secret',
    kind: 'many',
    value: '<name=value>',
    about: 'secret; "name=" alone takes the value of the variable of that name',
  },
  { name: 'secrets-file', kind: 'text', value: '<file>', about: 'lines name=value' },
  { name: 'var', kind: 'many', value: '<name=value>', about: 'configuration variable' },
  { name: 'vars-file', kind: 'text', value: '<file>', about: 'lines name=value' },
  {
    name: 'from-source',
    kind: 'switch',
    value: '',
    about: "run the actions' sources instead of their bundles",
  },
  {
    name: 'verbose',
    kind: 'switch',
    value: '',
    about: 'show the output of every step, not only of those that fail',
  },
  { name: 'help', kind: 'switch', value: '', about: 'this text' },
];

const USAGE = `usage: npm run local -- workflow <file> [flags]

Runs a workflow file on this machine: with GitHub's own parser and expressions, this project's actions, stand-ins for
the usual standard actions, and services on loopback in the place of GitHub's.
`;

/**
 * Runs a workflow file.
 *
 * @returns the exit code: 0 success, 1 failure, 130 cancelled
 * @throws ActionError for a command line, a file or an event that cannot be run
 */
export async function workflowCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const line = parseFlags(argv, new Map(FLAGS.map(({ name, kind }) => [name, kind])));
  const flag = (name: string): string | undefined => line.flags.get(name)?.[0];
  if (flag('help') === 'true') {
    terminal.write(`${USAGE}\n${flagTable(FLAGS, terminal.columns)}\n`);
    return 0;
  }
  const [file, ...more] = line.words;
  if (file === undefined || more.length > 0)
    throw new ActionError('invalid-input', `expected one workflow file, found ${line.words.length}`);
  const workflow = await readWorkflow(resolve(file));
  const event = chooseEvent(workflow, flag('event'));
  const folder = resolve(flag('folder') ?? flag('workspace') ?? (await enclosingFolder(workflow.path)));
  const settings = readSettings(line);
  const view = new ProgressView(terminal, { verbose: flag('verbose') === 'true' });
  const { signal, stop } = cancellation(() => terminal.write('cancelling …\n'));
  const local = await createLocalGitHub({
    state: flag('state') ?? '.mlops-local/github',
    repository: flag('repository') ?? `local/${repositoryName(folder)}`,
    ...settings,
    fromSource: flag('from-source') === 'true',
    onEvent: view.show,
  });
  try {
    const request = await makeEvent(local.github, workflow, {
      event,
      folder,
      inputs: parsePairs('input', line.flags.get('input') ?? []),
      defaultBranch: DEFAULT_BRANCH,
    });
    const { conclusion } = await local.runWorkflow({
      file: workflow.path,
      event: request,
      payload: readPayload(flag('event-payload')),
      signal,
      ...optional('onlyJob', flag('job')),
      ...optional('workspace', flag('workspace')),
    });
    await local.drainDispatches(signal);
    if (signal.aborted) return INTERRUPTED;
    return conclusion === 'success' || conclusion === 'skipped' ? 0 : 1;
  } finally {
    view.close();
    stop();
    await local.close();
  }
}

const DEFAULT_BRANCH = 'main';

const optional = <K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> =>
  value === undefined ? {} : ({ [key]: value } as Partial<Record<K, string>>);

const repositoryName = (folder: string): string => basename(folder).replace(/[^\w.-]+/g, '-') || 'repository';

function readSettings({ flags }: CommandLine) {
  const read = (kind: 'secret' | 'var'): Readonly<Record<string, string>> => {
    const file = flags.get(`${kind}s-file`)?.[0];
    const lines = file === undefined ? [] : readText(file).split(/\r?\n/);
    const stated = lines.map((text) => text.trim()).filter((text) => text !== '' && !text.startsWith('#'));
    return { ...parsePairs(`${kind}s-file`, stated), ...parsePairs(kind, flags.get(kind) ?? []) };
  };
  const secrets = Object.entries(read('secret')).map(([name, value]) => [
    name,
    value || (process.env[name] ?? ''),
  ]);
  return { secrets: Object.fromEntries(secrets), vars: read('var') };
}

/** @throws ActionError invalid-file for a payload that is no JSON object */
function readPayload(file: string | undefined): ValueMap {
  if (file === undefined) return {};
  let payload: Value;
  try {
    payload = JSON.parse(readText(file));
  } catch (error) {
    throw new ActionError('invalid-file', `${file}: ${errorMessage(error)}`, { cause: error });
  }
  if (isMap(payload)) return payload;
  throw new ActionError('invalid-file', `${file}: expected a JSON object`);
}
