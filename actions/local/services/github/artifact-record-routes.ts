import { type JsonObject, textOf } from './json.ts';
import { type Call, notFound, ok, type Reply, type Route, refusal } from './routes.ts';
import { type Site, timestamp } from './site.ts';

const DENIED = refusal(403, 'Resource not accessible by integration');
const KEYS = ['logical_environment', 'physical_environment', 'cluster', 'deployment_name'] as const;

/** What runs where, by the organisation's records: one for each deployment of a cluster, which later ones replace. */
export function artifactRecordRoutes(site: Site): readonly Route[] {
  const records = new Map<string, JsonObject>();

  function set({ params: [org = ''], body, token }: Call): Reply {
    if (org !== site.owner) return notFound;
    if (token.permissions !== 'all' && token.permissions['artifact-metadata'] !== 'write') return DENIED;
    const key = JSON.stringify(KEYS.map((name) => textOf(body, name) ?? ''));
    const id = records.get(key)?.['id'] ?? records.size + 1;
    const record = {
      id,
      digest: textOf(body, 'digest') ?? '',
      ...Object.fromEntries(
        KEYS.flatMap((name) => (body[name] === undefined ? [] : [[name, textOf(body, name) ?? '']])),
      ),
      created_at: timestamp(),
      updated_at: timestamp(),
      attestation_id: null,
    };
    records.set(key, record);
    return ok({ total_count: 1, deployment_records: [record] });
  }

  function list({ params: [org = '', digest = ''] }: Call): Reply {
    const found = [...records.values()].filter((record) => record['digest'] === digest);
    if (org !== site.owner || found.length === 0) return notFound;
    return ok({ total_count: found.length, deployment_records: found });
  }

  return [
    { method: 'POST', path: '/orgs/{org}/artifacts/metadata/deployment-record', handle: set },
    { method: 'GET', path: '/orgs/{org}/artifacts/{digest}/metadata/deployment-records', handle: list },
  ];
}
