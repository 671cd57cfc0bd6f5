import { type JsonObject, textOf } from './json.ts';
import {
  type Call,
  created,
  notFound,
  ok,
  page,
  type Reply,
  type Route,
  refusal,
  unprocessable,
} from './routes.ts';
import { Shelf } from './shelf.ts';
import { apiUrl, type Site, timestamp, userOf, webUrl } from './site.ts';

export interface DeploymentRecord {
  readonly id: number;
  readonly json: JsonObject;
  readonly transient: boolean;
  readonly production: boolean;
  /** Newest first. */
  statuses: readonly JsonObject[];
}

const DESCRIPTION_LIMIT = 140;
const FILTERS = ['sha', 'ref', 'task', 'environment'];

/** `/deployments` and `/environments`. */
export function deploymentRoutes(
  deployments: Shelf<DeploymentRecord>,
  site: Site,
  resolve: (ref: string) => Promise<string | undefined>,
): readonly Route[] {
  const environments = new Map<string, JsonObject>();
  const statusIds = new Shelf<{ readonly id: number }>();

  function ensureEnvironment(name: string): JsonObject {
    const known = environments.get(name);
    if (known) return known;
    const id = environments.size + 1;
    const environment = {
      id,
      node_id: `EN_${id}`,
      name,
      url: apiUrl(site, `/environments/${encodeURIComponent(name)}`),
      html_url: `${site.url()}/${site.owner}/${site.repo}/deployments/${encodeURIComponent(name)}`,
      created_at: timestamp(),
      updated_at: timestamp(),
      protection_rules: [],
      deployment_branch_policy: null,
    };
    environments.set(name, environment);
    return environment;
  }

  async function create({ body, token }: Call): Promise<Reply> {
    const ref = textOf(body, 'ref') ?? '';
    const sha = await resolve(ref);
    if (sha === undefined) return unprocessable(`No ref found for: ${ref}`);
    const contexts = body['required_contexts'];
    // GitHub waits for every check of the commit unless the list is given empty.
    if (!Array.isArray(contexts) || contexts.length > 0)
      return refusal(409, 'Conflict: Commit status checks failed for the ref.');
    const id = deployments.nextId();
    const environment = textOf(body, 'environment') ?? 'production';
    ensureEnvironment(environment);
    const production =
      typeof body['production_environment'] === 'boolean'
        ? body['production_environment']
        : environment === 'production';
    const transient = body['transient_environment'] === true;
    const json = {
      url: apiUrl(site, `/deployments/${id}`),
      id,
      node_id: `DE_${id}`,
      sha,
      ref,
      task: textOf(body, 'task') ?? 'deploy',
      payload: body['payload'] ?? {},
      original_environment: environment,
      environment,
      description: textOf(body, 'description') ?? null,
      creator: userOf(site, token.login),
      created_at: timestamp(),
      updated_at: timestamp(),
      statuses_url: apiUrl(site, `/deployments/${id}/statuses`),
      repository_url: apiUrl(site),
      transient_environment: transient,
      production_environment: production,
    };
    deployments.add({ id, json, transient, production, statuses: [] });
    return created(json);
  }

  function addStatus(deployment: DeploymentRecord, body: JsonObject, login: string): JsonObject {
    const { id } = statusIds.add({ id: statusIds.nextId() });
    const json = {
      url: apiUrl(site, `/deployments/${deployment.id}/statuses/${id}`),
      id,
      node_id: `DES_${id}`,
      state: textOf(body, 'state') ?? '',
      creator: userOf(site, login),
      description: textOf(body, 'description') ?? '',
      environment: textOf(body, 'environment') ?? textOf(deployment.json, 'environment') ?? '',
      target_url: textOf(body, 'log_url') ?? textOf(body, 'target_url') ?? webUrl(site, '/deployments'),
      ...pick(body, 'log_url', 'environment_url'),
      created_at: timestamp(),
      updated_at: timestamp(),
      deployment_url: apiUrl(site, `/deployments/${deployment.id}`),
      repository_url: apiUrl(site),
    };
    deployment.statuses = [json, ...deployment.statuses];
    return json;
  }

  /** A success ends earlier successes in the same environment, but never those of production or transient ones. */
  function endEarlierOnes(deployment: DeploymentRecord, login: string): void {
    const environment = textOf(deployment.json, 'environment');
    for (const earlier of deployments.all()) {
      const ends =
        earlier.id < deployment.id &&
        !earlier.production &&
        !earlier.transient &&
        textOf(earlier.json, 'environment') === environment &&
        textOf(earlier.statuses[0], 'state') === 'success';
      if (ends) addStatus(earlier, { state: 'inactive' }, login);
    }
  }

  function createStatus(call: Call): Reply {
    const deployment = deployments.find(Number(call.params[0]));
    if (!deployment) return notFound;
    if ((textOf(call.body, 'description')?.length ?? 0) > DESCRIPTION_LIMIT)
      return unprocessable('description is too long (maximum is 140 characters)');
    const json = addStatus(deployment, call.body, call.token.login);
    if (json['state'] === 'success' && call.body['auto_inactive'] !== false)
      endEarlierOnes(deployment, call.token.login);
    return created(json);
  }

  function list(call: Call): Reply {
    const matches = deployments.all().filter(({ json }) =>
      FILTERS.every((key) => {
        const wanted = call.query.get(key);
        return wanted === null || wanted === 'none' || textOf(json, key) === wanted;
      }),
    );
    return page(call, apiUrl(site, '/deployments'), matches.map(({ json }) => json).reverse());
  }

  const environmentNames = (call: Call): Reply =>
    page(call, apiUrl(site, '/environments'), [...environments.values()], (part, total_count) => ({
      total_count,
      environments: part,
    }));

  return [
    { method: 'POST', path: '/deployments', handle: create },
    { method: 'GET', path: '/deployments', handle: list },
    { method: 'POST', path: '/deployments/{id}/statuses', handle: createStatus },
    {
      method: 'GET',
      path: '/deployments/{id}/statuses',
      handle: (call) => {
        const found = deployments.find(Number(call.params[0]));
        return found
          ? page(call, apiUrl(site, `/deployments/${found.id}/statuses`), found.statuses)
          : notFound;
      },
    },
    {
      method: 'GET',
      path: '/deployments/{id}',
      handle: ({ params }) => {
        const found = deployments.find(Number(params[0]));
        return found ? ok(found.json) : notFound;
      },
    },
    { method: 'GET', path: '/environments', handle: environmentNames },
    {
      method: 'GET',
      path: '/environments/{name}',
      handle: ({ params: [name = ''] }) => {
        const found = environments.get(name);
        return found ? ok(found) : notFound;
      },
    },
    {
      method: 'PUT',
      path: '/environments/{name}',
      handle: ({ params: [name = ''] }) => ok(ensureEnvironment(name)),
    },
  ];
}

/** The fields that were given. */
const pick = (body: JsonObject, ...keys: readonly string[]): JsonObject =>
  Object.fromEntries(keys.flatMap((key) => (body[key] === undefined ? [] : [[key, body[key]]])));
