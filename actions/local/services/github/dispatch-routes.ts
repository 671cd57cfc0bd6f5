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
  | { readonly kind: 'repository'; readonly eventType: string; readonly payload: JsonObject };

export type OnDispatch = (dispatch: Dispatch) => void;

const MAX_INPUTS = 25;
const MAX_KEYS = 10;
const MAX_BYTES = 64 * 1024;

/** `/dispatches` and `/actions/workflows/{file}/dispatches`. */
export function dispatchRoutes(
  runs: RunRegistry,
  site: Site,
  resolve: (ref: string) => Promise<string | undefined>,
  onDispatch: OnDispatch,
): readonly Route[] {
  async function workflow({ params: [file = ''], body, token }: Call): Promise<Reply> {
    const ref = textOf(body, 'ref') ?? '';
    const sha = await resolve(ref);
    if (sha === undefined) return unprocessable(`No ref found for: ${ref}`);
    const inputs = Object.entries(objectOf(body, 'inputs'));
    if (inputs.length > MAX_INPUTS)
      return unprocessable(`you may only define up to ${MAX_INPUTS} \`inputs\``);
    const run = runs.register({
      path: `.github/workflows/${file}`,
      event: 'workflow_dispatch',
      headSha: sha,
      headBranch: ref.replace(/^refs\/(heads|tags)\//, ''),
      actor: token.login,
    });
    const texts = Object.fromEntries(inputs.map(([key, value]) => [key, String(value ?? '')]));
    onDispatch({ kind: 'workflow', workflow: file, ref, sha, inputs: texts, run: run.id });
    if (body['return_run_details'] !== true) return noContent;
    return ok({
      workflow_run_id: run.id,
      run_url: apiUrl(site, `/actions/runs/${run.id}`),
      html_url: webUrl(site, `/actions/runs/${run.id}`),
    });
  }

  function repository({ body }: Call): Reply {
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
    onDispatch({ kind: 'repository', eventType, payload });
    return noContent;
  }

  return [
    { method: 'POST', path: '/actions/workflows/{file}/dispatches', handle: workflow },
    { method: 'POST', path: '/dispatches', handle: repository },
  ];
}
