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
export class DeploymentRoutes {
  readonly #deployments: Shelf<DeploymentRecord>;
  readonly #site: Site;
  readonly #resolve: (ref: string) => Promise<string | undefined>;
  readonly #environments = new Map<string, JsonObject>();
  readonly #statusIds = new Shelf<{ readonly id: number }>();

  constructor(
    deployments: Shelf<DeploymentRecord>,
    site: Site,
    resolve: (ref: string) => Promise<string | undefined>,
  ) {
    this.#deployments = deployments;
    this.#site = site;
    this.#resolve = resolve;
  }

  #ensureEnvironment(name: string): JsonObject {
    const known = this.#environments.get(name);
    if (known) return known;
    const id = this.#environments.size + 1;
    const environment = {
      id,
      node_id: `EN_${id}`,
      name,
      url: apiUrl(this.#site, `/environments/${encodeURIComponent(name)}`),
      html_url: `${this.#site.url()}/${this.#site.owner}/${this.#site.repo}/deployments/${encodeURIComponent(name)}`,
      created_at: timestamp(),
      updated_at: timestamp(),
      protection_rules: [],
      deployment_branch_policy: null,
    };
    this.#environments.set(name, environment);
    return environment;
  }

  async #create({ body, token }: Call): Promise<Reply> {
    const ref = textOf(body, 'ref') ?? '';
    const sha = await this.#resolve(ref);
    if (sha === undefined) return unprocessable(`No ref found for: ${ref}`);
    const contexts = body['required_contexts'];
    // GitHub waits for every check of the commit unless the list is given empty.
    if (!Array.isArray(contexts) || contexts.length > 0)
      return refusal(409, 'Conflict: Commit status checks failed for the ref.');
    const id = this.#deployments.nextId();
    const environment = textOf(body, 'environment') ?? 'production';
    this.#ensureEnvironment(environment);
    const production =
      typeof body['production_environment'] === 'boolean'
        ? body['production_environment']
        : environment === 'production';
    const transient = body['transient_environment'] === true;
    const json = {
      url: apiUrl(this.#site, `/deployments/${id}`),
      id,
      node_id: `DE_${id}`,
      sha,
      ref,
      task: textOf(body, 'task') ?? 'deploy',
      payload: body['payload'] ?? {},
      original_environment: environment,
      environment,
      description: textOf(body, 'description') ?? null,
      creator: userOf(this.#site, token.login),
      created_at: timestamp(),
      updated_at: timestamp(),
      statuses_url: apiUrl(this.#site, `/deployments/${id}/statuses`),
      repository_url: apiUrl(this.#site),
      transient_environment: transient,
      production_environment: production,
    };
    this.#deployments.add({ id, json, transient, production, statuses: [] });
    return created(json);
  }

  #addStatus(deployment: DeploymentRecord, body: JsonObject, login: string): JsonObject {
    const { id } = this.#statusIds.add({ id: this.#statusIds.nextId() });
    const json = {
      url: apiUrl(this.#site, `/deployments/${deployment.id}/statuses/${id}`),
      id,
      node_id: `DES_${id}`,
      state: textOf(body, 'state') ?? '',
      creator: userOf(this.#site, login),
      description: textOf(body, 'description') ?? '',
      environment: textOf(body, 'environment') ?? textOf(deployment.json, 'environment') ?? '',
      target_url: textOf(body, 'log_url') ?? textOf(body, 'target_url') ?? webUrl(this.#site, '/deployments'),
      ...pick(body, 'log_url', 'environment_url'),
      created_at: timestamp(),
      updated_at: timestamp(),
      deployment_url: apiUrl(this.#site, `/deployments/${deployment.id}`),
      repository_url: apiUrl(this.#site),
    };
    deployment.statuses = [json, ...deployment.statuses];
    return json;
  }

  /** A success ends earlier successes in the same environment, but never those of production or transient ones. */
  #endEarlierOnes(deployment: DeploymentRecord, login: string): void {
    const environment = textOf(deployment.json, 'environment');
    for (const earlier of this.#deployments.all()) {
      const ends =
        earlier.id < deployment.id &&
        !earlier.production &&
        !earlier.transient &&
        textOf(earlier.json, 'environment') === environment &&
        textOf(earlier.statuses[0], 'state') === 'success';
      if (ends) this.#addStatus(earlier, { state: 'inactive' }, login);
    }
  }

  #createStatus(call: Call): Reply {
    const deployment = this.#deployments.find(Number(call.params[0]));
    if (!deployment) return notFound;
    if ((textOf(call.body, 'description')?.length ?? 0) > DESCRIPTION_LIMIT)
      return unprocessable('description is too long (maximum is 140 characters)');
    const json = this.#addStatus(deployment, call.body, call.token.login);
    if (json['state'] === 'success' && call.body['auto_inactive'] !== false)
      this.#endEarlierOnes(deployment, call.token.login);
    return created(json);
  }

  #list(call: Call): Reply {
    const matches = this.#deployments.all().filter(({ json }) =>
      FILTERS.every((key) => {
        const wanted = call.query.get(key);
        return wanted === null || wanted === 'none' || textOf(json, key) === wanted;
      }),
    );
    return page(call, apiUrl(this.#site, '/deployments'), matches.map(({ json }) => json).reverse());
  }

  #environmentNames(call: Call): Reply {
    return page(
      call,
      apiUrl(this.#site, '/environments'),
      [...this.#environments.values()],
      (part, total_count) => ({
        total_count,
        environments: part,
      }),
    );
  }

  routes(): readonly Route[] {
    return [
      { method: 'POST', path: '/deployments', handle: (call) => this.#create(call) },
      { method: 'GET', path: '/deployments', handle: (call) => this.#list(call) },
      { method: 'POST', path: '/deployments/{id}/statuses', handle: (call) => this.#createStatus(call) },
      {
        method: 'GET',
        path: '/deployments/{id}/statuses',
        handle: (call) => {
          const found = this.#deployments.find(Number(call.params[0]));
          return found
            ? page(call, apiUrl(this.#site, `/deployments/${found.id}/statuses`), found.statuses)
            : notFound;
        },
      },
      {
        method: 'GET',
        path: '/deployments/{id}',
        handle: ({ params }) => {
          const found = this.#deployments.find(Number(params[0]));
          return found ? ok(found.json) : notFound;
        },
      },
      { method: 'GET', path: '/environments', handle: (call) => this.#environmentNames(call) },
      {
        method: 'GET',
        path: '/environments/{name}',
        handle: ({ params: [name = ''] }) => {
          const found = this.#environments.get(name);
          return found ? ok(found) : notFound;
        },
      },
      {
        method: 'PUT',
        path: '/environments/{name}',
        handle: ({ params: [name = ''] }) => ok(this.#ensureEnvironment(name)),
      },
    ];
  }
}

/** The fields that were given. */
const pick = (body: JsonObject, ...keys: readonly string[]): JsonObject =>
  Object.fromEntries(keys.flatMap((key) => (body[key] === undefined ? [] : [[key, body[key]]])));
