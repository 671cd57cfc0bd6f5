import type { ValueMap } from '../../workflow/expression.ts';
import type { DispatchedWorkflows } from './dispatched-workflows.ts';
import { isObject, type JsonObject, objectOf, textOf } from './json.ts';
import { type Call, noContent, ok, type Reply, type Route, unprocessable } from './routes.ts';
import type { RunRegistry } from './run-routes.ts';
import { apiUrl, type Site, webUrl } from './site.ts';

/** A dispatch that GitHub would start a workflow for. */
export type Dispatch =
  | {
      readonly kind: 'workflow';
      /** The file's name: `train.yml`. */
      readonly workflow: string;
      readonly ref: string;
      readonly sha: string;
      readonly inputs: Readonly<Record<string, string>>;
      /** The run that was registered for it. */
      readonly run: number;
    }
  | {
      readonly kind: 'repository';
      readonly eventType: string;
      readonly payload: JsonObject;
      /** The runs that were registered for it: one of each workflow of the default branch that listens. */
      readonly runs: readonly { readonly workflow: string; readonly run: number }[];
    };

export type OnDispatch = (dispatch: Dispatch) => void;

const MAX_INPUTS = 25;
const MAX_KEYS = 10;
const MAX_BYTES = 64 * 1024;

/** `/dispatches` and `/actions/workflows/{file}/dispatches`. */
export function dispatchRoutes(
  runs: RunRegistry,
  site: Site,
  resolve: (ref: string) => Promise<string | undefined>,
  workflows: DispatchedWorkflows,
  onDispatch: OnDispatch,
): readonly Route[] {
  async function workflow({ params: [file = ''], body, token }: Call): Promise<Reply> {
    const ref = textOf(body, 'ref') ?? '';
    const sha = await resolve(ref);
    if (sha === undefined) return unprocessable(`No ref found for: ${ref}`);
    const inputs = Object.entries(objectOf(body, 'inputs'));
    if (inputs.length > MAX_INPUTS)
      return unprocessable(`you may only define up to ${MAX_INPUTS} \`inputs\``);
    const texts = Object.fromEntries(inputs.map(([key, value]) => [key, String(value ?? '')]));
    const github = { event: { inputs: texts }, event_name: 'workflow_dispatch', actor: token.login };
    const run = runs.register({
      path: `.github/workflows/${file}`,
      ...(await workflows.names(sha, file, { github, inputs: texts })),
      event: 'workflow_dispatch',
      headSha: sha,
      headBranch: ref.replace(/^refs\/(heads|tags)\//, ''),
      actor: token.login,
    });
    onDispatch({ kind: 'workflow', workflow: file, ref, sha, inputs: texts, run: run.id });
    if (body['return_run_details'] !== true) return noContent;
    return ok({
      workflow_run_id: run.id,
      run_url: apiUrl(site, `/actions/runs/${run.id}`),
      html_url: webUrl(site, `/actions/runs/${run.id}`),
    });
  }

  async function startListeners(eventType: string, payload: JsonObject, login: string) {
    const sha = await resolve(site.defaultBranch);
    if (sha === undefined) return [];
    const event: ValueMap = JSON.parse(JSON.stringify({ action: eventType, client_payload: payload }));
    const github = { event, event_name: 'repository_dispatch', actor: login };
    const listening = await workflows.listening(sha, eventType, { github, inputs: {} });
    return listening.map(({ file, ...names }) => {
      const { id } = runs.register({
        path: `.github/workflows/${file}`,
        ...names,
        event: 'repository_dispatch',
        headSha: sha,
        headBranch: site.defaultBranch,
        actor: login,
      });
      return { workflow: file, run: id };
    });
  }

  async function repository({ body, token }: Call): Promise<Reply> {
    const payload = isObject(body['client_payload']) ? body['client_payload'] : {};
    const eventType = textOf(body, 'event_type') ?? '';
    if (eventType.length === 0 || eventType.length > 100)
      return unprocessable('event_type must have 1 to 100 characters');
    if (Object.keys(payload).length > MAX_KEYS)
      return unprocessable(
        `No more than ${MAX_KEYS} properties are allowed; ${Object.keys(payload).length} were supplied.`,
      );
    if (Buffer.byteLength(JSON.stringify(payload)) >= MAX_BYTES)
      return unprocessable('client_payload is too large.');
    const started = await startListeners(eventType, payload, token.login);
    onDispatch({ kind: 'repository', eventType, payload, runs: started });
    return noContent;
  }

  return [
    { method: 'POST', path: '/actions/workflows/{file}/dispatches', handle: workflow },
    { method: 'POST', path: '/dispatches', handle: repository },
  ];
}
