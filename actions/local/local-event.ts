import { ActionError } from '../lib/errors.ts';
import { didYouMean } from '../lib/nearest-name.ts';
import type { EventRequest } from './services/github/events.ts';
import type { GitHubService } from './services/github/start-github.ts';
import { type Snapshot, snapshotFolder } from './snapshot-folder.ts';
import { entry, literal } from './workflow/template.ts';
import type { WorkflowFile } from './workflow/workflow-file.ts';

/** The events that can be played from the command line, in the order of preference. */
export const EVENTS = ['pull_request', 'push', 'schedule', 'workflow_dispatch'] as const;
export type LocalEvent = (typeof EVENTS)[number];

/** The branch of the pull request that uncommitted changes on the default branch become. */
const CHANGES = 'local-changes';

/** The event asked for, else the first that the workflow runs on. @throws ActionError invalid-input */
export function chooseEvent(workflow: WorkflowFile, asked: string | undefined): LocalEvent {
  const found = EVENTS.find((event) => (asked === undefined ? workflow.events.has(event) : event === asked));
  if (found) return found;
  const names = [...workflow.events.keys()].join(', ');
  throw new ActionError(
    'invalid-input',
    asked === undefined
      ? `${workflow.path}: it runs on ${names}, and of these none can be played here; known are ${EVENTS.join(', ')}`
      : `--event: expected one of ${EVENTS.join(', ')}, found "${asked}"${didYouMean(asked, EVENTS)}`,
  );
}

/**
 * Brings the folder's files into the remote as the event means them: as the head of a pull request, or as the tip
 * of the default branch.
 */
export async function makeEvent(
  github: GitHubService,
  workflow: WorkflowFile,
  options: {
    readonly event: LocalEvent;
    readonly folder: string;
    readonly inputs: Readonly<Record<string, string>>;
    readonly defaultBranch: string;
  },
): Promise<EventRequest> {
  const { event, folder, inputs, defaultBranch } = options;
  const snapshot = await snapshotFolder(github.remote.path, folder);
  const branch = `refs/heads/${defaultBranch}`;
  const tip = await github.remote.resolve(branch);
  if (event === 'pull_request') return pullRequest(github, snapshot, { branch, tip, defaultBranch });
  await github.remote.moveRef(branch, snapshot.commit, tip);
  switch (event) {
    case 'push':
      return { event, branch: defaultBranch, ...(tip === undefined ? {} : { before: tip }) };
    case 'schedule':
      return { event, cron: firstCron(workflow) };
    case 'workflow_dispatch':
      return { event, workflow: workflow.path.split(/[\\/]/).at(-1) ?? '', inputs };
    default:
      return event satisfies never;
  }
}

/**
 * The base is the folder's own commit, when it has one; for a folder without git what was last pushed here,
 * and the first time the files themselves.
 */
async function pullRequest(
  github: GitHubService,
  { commit, head, branch: current }: Snapshot,
  base: { readonly branch: string; readonly tip: string | undefined; readonly defaultBranch: string },
): Promise<EventRequest> {
  const { remote } = github;
  const pushed =
    base.tip !== undefined && (await remote.readCommit(base.tip)).message.trim() !== 'First commit';
  const from = head ?? (pushed && base.tip ? base.tip : commit);
  if (from !== base.tip) await remote.moveRef(base.branch, from, base.tip);
  const tree = await remote.treeOf(commit);
  const named = current === '' || current === base.defaultBranch ? CHANGES : current;
  const change = await remote.writeCommit({
    tree,
    parents: [from],
    message: 'Changes of the working folder',
  });
  await remote.moveRef(`refs/heads/${named}`, change, await remote.resolve(`refs/heads/${named}`));
  const title = 'Changes of the working folder';
  const number = await github.seedPullRequest({ head: named, base: base.defaultBranch, title });
  return { event: 'pull_request', number };
}

function firstCron({ events }: WorkflowFile): string {
  const schedule = events.get('schedule');
  const first = schedule?.kind === 'list' ? schedule.items[0] : undefined;
  return literal(entry(first, 'cron')) ?? '';
}
