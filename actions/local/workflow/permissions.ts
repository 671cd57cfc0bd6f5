import { ActionError } from '../../lib/errors.ts';
import { entriesOf, literal, type Template } from './template.ts';

type Access = 'read' | 'write';
/** What a job's token may do; a scope that is not named is closed. */
export type Permissions = Readonly<Record<string, Access>>;

const SCOPES = [
  'actions',
  'attestations',
  'checks',
  'contents',
  'deployments',
  'discussions',
  'id-token',
  'issues',
  'models',
  'packages',
  'pages',
  'pull-requests',
  'repository-projects',
  'security-events',
  'statuses',
] as const;

const all = (access: Access): Permissions => Object.fromEntries(SCOPES.map((scope) => [scope, access]));

/** What GitHub grants when a workflow says nothing, in a repository with today's default setting. */
const DEFAULT: Permissions = { contents: 'read', packages: 'read' };

const SHORTHANDS: Readonly<Record<string, Permissions>> = {
  'read-all': all('read'),
  'write-all': all('write'),
};

/**
 * The permissions of a job's token: the job's own, else the workflow's, else the default.
 * On a pull request from a fork nothing can be written.
 */
export function jobPermissions(
  workflow: Template | undefined,
  job: Template | undefined,
  fromFork: boolean,
): Permissions {
  const stated = job ?? workflow;
  const granted = stated === undefined ? DEFAULT : readPermissions(stated);
  if (!fromFork) return granted;
  return Object.fromEntries(Object.keys(granted).map((scope) => [scope, 'read' as const]));
}

function readPermissions(stated: Template): Permissions {
  if (stated.kind !== 'map') {
    const found = SHORTHANDS[literal(stated) ?? ''];
    if (found) return found;
    throw new ActionError('invalid-file', `line ${stated.line}: expected permissions, read-all or write-all`);
  }
  const entries = [...entriesOf(stated)].flatMap(([scope, level]) => {
    const access = literal(level);
    return access === 'read' || access === 'write' ? [[scope, access] as const] : [];
  });
  return Object.fromEntries(entries);
}
