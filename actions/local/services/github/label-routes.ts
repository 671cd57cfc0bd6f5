import { asGitHubShows, conversationRoute } from './conversation-routes.ts';
import { isObject, type JsonObject, textOf } from './json.ts';
import { type Call, page, type Reply, type Route } from './routes.ts';
import { Shelf } from './shelf.ts';
import { apiUrl, type Site, timestamp, userOf } from './site.ts';
import type { Upstream } from './upstream.ts';

interface LabelEvent {
  readonly id: number;
  readonly issue: number;
  readonly event: 'labeled' | 'unlabeled';
  readonly label: JsonObject;
  readonly login: string;
  readonly at: string;
}

/**
 * The labels of issues, and `/issues/{number}/timeline` with who put them there and what was commented: the emulator
 * keeps labels, but tells nothing of the events of pull requests.
 */
export class LabelRoutes {
  readonly #events = new Shelf<LabelEvent>();
  readonly #upstream: Upstream;
  readonly #site: Site;

  constructor(upstream: Upstream, site: Site) {
    this.#upstream = upstream;
    this.#site = site;
  }

  routes(): readonly Route[] {
    const labels = '/issues/{number}/labels';
    return [
      conversationRoute(this.#upstream, this.#site, 'GET', labels),
      this.#recorded('POST', labels),
      this.#recorded('PUT', labels),
      this.#recorded('DELETE', `${labels}/{name}`),
      { method: 'GET', path: '/issues/{number}/timeline', handle: (call) => this.#timeline(call) },
    ];
  }

  /** Puts labels on an issue as a person. */
  async add(issue: number, labels: readonly string[], login: string): Promise<void> {
    if (labels.length === 0) return;
    await this.#recording(issue, login, () =>
      this.#upstream.send('POST', this.#path(`/issues/${issue}/labels`), login, { labels }),
    );
  }

  #path(path: string): string {
    return `/repos/${this.#site.owner}/${this.#site.repo}${path}`;
  }

  #recorded(method: Route['method'], path: string): Route {
    const route = conversationRoute(this.#upstream, this.#site, method, path);
    return {
      ...route,
      handle: (call) =>
        this.#recording(Number(call.params[0]), call.token.login, async () => route.handle(call)),
    };
  }

  /** Does something to the labels of an issue and notes which came and went. */
  async #recording(issue: number, login: string, change: () => Promise<Reply>): Promise<Reply> {
    const before = await this.#labels(issue);
    const reply = await change();
    const after = await this.#labels(issue);
    const note = (event: LabelEvent['event'], label: JsonObject): void => {
      this.#events.add({ id: this.#events.nextId(), issue, event, label, login, at: timestamp() });
    };
    for (const [name, label] of before) if (!after.has(name)) note('unlabeled', label);
    for (const [name, label] of after) if (!before.has(name)) note('labeled', label);
    return reply;
  }

  async #labels(issue: number): Promise<ReadonlyMap<string, JsonObject>> {
    const labels = await this.#upstream.list(`/issues/${issue}/labels`);
    return new Map(
      labels.map((label) => {
        const name = textOf(label, 'name') ?? '';
        return [name, { name, color: textOf(label, 'color') ?? 'ededed' }];
      }),
    );
  }

  async #timeline(call: Call): Promise<Reply> {
    const issue = Number(call.params[0]);
    const comments = await this.#upstream.list(`/issues/${issue}/comments`);
    const events = this.#events.all().filter((event) => event.issue === issue);
    const items = [
      ...comments.map((comment) => this.#commented(comment)),
      ...events.map((e) => this.#event(e)),
    ];
    // Stable: what happened within one second keeps its order.
    items.sort((a, b) => (textOf(a, 'created_at') ?? '').localeCompare(textOf(b, 'created_at') ?? ''));
    return page(call, apiUrl(this.#site, `/issues/${issue}/timeline`), items);
  }

  #commented(comment: JsonObject): JsonObject {
    const json = asGitHubShows(comment, this.#site);
    return isObject(json) ? { ...json, event: 'commented', actor: json['user'] } : {};
  }

  #event({ id, event, label, login, at }: LabelEvent): JsonObject {
    return {
      id,
      node_id: `LE_${id}`,
      url: apiUrl(this.#site, `/issues/events/${id}`),
      actor: userOf(this.#site, login),
      event,
      commit_id: null,
      commit_url: null,
      created_at: at,
      label,
      performed_via_github_app: null,
    };
  }
}
