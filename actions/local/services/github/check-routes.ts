import { isObject, type JsonObject, numberOf, objectOf, objectsOf, textOf } from './json.ts';
import { type Call, created, notFound, ok, page, type Reply, type Route, unprocessable } from './routes.ts';
import type { Shelf } from './shelf.ts';
import { apiUrl, type Site, timestamp, webUrl } from './site.ts';

export interface CheckRunRecord {
  readonly id: number;
  readonly headSha: string;
  /** The run as GitHub shows it. */
  json: JsonObject;
  annotations: readonly JsonObject[];
}

const ANNOTATIONS_PER_REQUEST = 50;
const TEXT_LIMIT = 65_535;

/** `/check-runs`: annotations are added by each request, at most 50 a time, as GitHub does. */
export class CheckRoutes {
  readonly #runs: Shelf<CheckRunRecord>;
  readonly #site: Site;
  readonly #resolve: (ref: string) => Promise<string | undefined>;

  constructor(
    runs: Shelf<CheckRunRecord>,
    site: Site,
    resolve: (ref: string) => Promise<string | undefined>,
  ) {
    this.#runs = runs;
    this.#site = site;
    this.#resolve = resolve;
  }

  #write(record: CheckRunRecord, body: JsonObject): JsonObject {
    const output = objectOf(body, 'output');
    const before = objectOf(record.json, 'output');
    record.annotations = [
      ...record.annotations,
      ...objectsOf(output, 'annotations').map((item) => this.#annotationJson(item)),
    ];
    const conclusion = textOf(body, 'conclusion') ?? textOf(record.json, 'conclusion') ?? null;
    const status =
      conclusion === null
        ? (textOf(body, 'status') ?? textOf(record.json, 'status') ?? 'queued')
        : 'completed';
    const { output: _, head_sha: __, ...fields } = body;
    record.json = {
      ...record.json,
      ...fields,
      status,
      conclusion,
      completed_at: conclusion === null ? null : (textOf(body, 'completed_at') ?? timestamp()),
      output: {
        title: textOf(output, 'title') ?? textOf(before, 'title') ?? null,
        summary: textOf(output, 'summary') ?? textOf(before, 'summary') ?? null,
        text: textOf(output, 'text') ?? textOf(before, 'text') ?? null,
        annotations_count: record.annotations.length,
        annotations_url: apiUrl(this.#site, `/check-runs/${record.id}/annotations`),
      },
    };
    return record.json;
  }

  #annotationJson(annotation: JsonObject): JsonObject {
    return {
      path: textOf(annotation, 'path') ?? '',
      start_line: numberOf(annotation, 'start_line') ?? 1,
      end_line: numberOf(annotation, 'end_line') ?? 1,
      start_column: numberOf(annotation, 'start_column') ?? null,
      end_column: numberOf(annotation, 'end_column') ?? null,
      annotation_level: textOf(annotation, 'annotation_level') ?? null,
      title: textOf(annotation, 'title') ?? null,
      message: textOf(annotation, 'message') ?? null,
      raw_details: textOf(annotation, 'raw_details') ?? null,
      blob_href: webUrl(this.#site, `/blob/HEAD/${textOf(annotation, 'path') ?? ''}`),
    };
  }

  async #create({ body }: Call): Promise<Reply> {
    const headSha = textOf(body, 'head_sha') ?? '';
    if ((await this.#resolve(headSha)) === undefined)
      return unprocessable(`No commit found for SHA: ${headSha}`);
    const bad = refused(body);
    if (bad) return bad;
    const id = this.#runs.nextId();
    const record: CheckRunRecord = { id, headSha, annotations: [], json: this.#blank(id, headSha) };
    this.#runs.add(record);
    return created(this.#write(record, body));
  }

  #blank(id: number, headSha: string): JsonObject {
    return {
      id,
      node_id: `CR_${id}`,
      head_sha: headSha,
      external_id: '',
      url: apiUrl(this.#site, `/check-runs/${id}`),
      html_url: webUrl(this.#site, `/runs/${id}`),
      details_url: webUrl(this.#site, `/runs/${id}`),
      started_at: timestamp(),
      check_suite: { id: 1 },
      app: null,
      pull_requests: [],
    };
  }

  #of({ params }: Call): CheckRunRecord | undefined {
    return this.#runs.find(Number(params[0]));
  }

  #list(call: Call, sha: string | undefined): Reply {
    if (sha === undefined) return unprocessable(`No commit found for SHA: ${call.params[0]}`);
    const name = call.query.get('check_name');
    const found = this.#runs
      .all()
      .filter((run) => run.headSha === sha && (name === null || textOf(run.json, 'name') === name))
      .sort((a, b) => b.id - a.id);
    const newest = new Map([...found].reverse().map((run) => [textOf(run.json, 'name'), run]));
    const shown = call.query.get('filter') === 'all' ? found : [...newest.values()];
    const url = apiUrl(this.#site, `/commits/${call.params[0]}/check-runs`);
    return page(
      call,
      url,
      shown.map((run) => run.json),
      (check_runs, total_count) => ({ total_count, check_runs }),
    );
  }

  routes(): readonly Route[] {
    return [
      { method: 'POST', path: '/check-runs', handle: (call) => this.#create(call) },
      {
        method: 'PATCH',
        path: '/check-runs/{id}',
        handle: (call) => {
          const record = this.#of(call);
          return record ? (refused(call.body) ?? ok(this.#write(record, call.body))) : notFound;
        },
      },
      { method: 'GET', path: '/check-runs/{id}', handle: (call) => okOr404(this.#of(call)?.json) },
      {
        method: 'GET',
        path: '/check-runs/{id}/annotations',
        handle: (call) => {
          const record = this.#of(call);
          return record
            ? page(call, apiUrl(this.#site, `/check-runs/${record.id}/annotations`), record.annotations)
            : notFound;
        },
      },
      {
        method: 'GET',
        path: '/commits/{ref*}/check-runs',
        handle: async (call) => this.#list(call, await this.#resolve(call.params[0] ?? '')),
      },
    ];
  }
}

const okOr404 = (json: JsonObject | undefined): Reply => (isObject(json) ? ok(json) : notFound);

function refused(body: JsonObject): Reply | undefined {
  const output = objectOf(body, 'output');
  if (objectsOf(output, 'annotations').length > ANNOTATIONS_PER_REQUEST)
    return unprocessable('Invalid request. No more than 50 items are allowed in annotations');
  const long = ['summary', 'text'].find((key) => (textOf(output, key)?.length ?? 0) > TEXT_LIMIT);
  if (long) return unprocessable(`Invalid request. Only ${TEXT_LIMIT} characters are allowed in ${long}`);
  if ((textOf(output, 'title')?.length ?? 0) > 255) return unprocessable('title is too long');
  const state = { ...body };
  if (state['status'] === 'completed' && state['conclusion'] === undefined)
    return unprocessable('conclusion is required when status is completed');
  return undefined;
}
