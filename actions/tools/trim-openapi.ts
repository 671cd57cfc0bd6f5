/**
 * Cuts GitHub's OpenAPI description down to the operations that the local GitHub service offers, without prose.
 *
 *   npm install --no-save --prefix <folder outside the repository> @octokit/openapi@23.0.2
 *   node actions/tools/trim-openapi.ts <that folder>/node_modules/@octokit/openapi/generated/api.github.com.json
 */
import { readFileSync, writeFileSync } from 'node:fs';

const TARGET = new URL('../local/services/github/github-openapi.json', import.meta.url);
const REPO = '/repos/{owner}/{repo}';

/** Methods by path; paths that start with `=` are below the repository. */
const OPERATIONS: Readonly<Record<string, string>> = {
  '/user': 'get',
  '/rate_limit': 'get',
  '=': 'get',
  '=/pulls': 'get post',
  '=/pulls/{pull_number}': 'get patch',
  '=/pulls/{pull_number}/files': 'get',
  '=/issues': 'get post',
  '=/issues/{issue_number}': 'get patch',
  '=/issues/{issue_number}/comments': 'get post',
  '=/issues/{issue_number}/labels': 'get post put',
  '=/issues/{issue_number}/labels/{name}': 'delete',
  '=/issues/{issue_number}/timeline': 'get',
  '=/issues/comments/{comment_id}': 'get patch delete',
  '=/collaborators/{username}/permission': 'get',
  '=/labels': 'get post',
  '=/labels/{name}': 'get',
  '=/check-runs': 'post',
  '=/check-runs/{check_run_id}': 'get patch',
  '=/check-runs/{check_run_id}/annotations': 'get',
  '=/commits/{ref}/check-runs': 'get',
  '=/statuses/{sha}': 'post',
  '=/commits/{ref}/status': 'get',
  '=/commits/{ref}/statuses': 'get',
  '=/deployments': 'get post',
  '=/deployments/{deployment_id}': 'get',
  '=/deployments/{deployment_id}/statuses': 'get post',
  '=/environments': 'get',
  '=/environments/{environment_name}': 'get put',
  '=/dispatches': 'post',
  '=/actions/workflows/{workflow_id}/dispatches': 'post',
  '=/actions/workflows/{workflow_id}/runs': 'get',
  '=/actions/runs': 'get',
  '=/actions/runs/{run_id}': 'get',
  '=/actions/runs/{run_id}/approvals': 'get',
  '=/actions/runs/{run_id}/artifacts': 'get',
  '=/actions/artifacts': 'get',
  '=/actions/artifacts/{artifact_id}': 'get',
  '=/actions/artifacts/{artifact_id}/{archive_format}': 'get',
  '=/git/ref/{ref}': 'get',
  '=/git/matching-refs/{ref}': 'get',
  '=/git/refs': 'post',
  '=/git/refs/{ref}': 'patch delete',
  '=/git/blobs': 'post',
  '=/git/blobs/{file_sha}': 'get',
  '=/git/trees': 'post',
  '=/git/trees/{tree_sha}': 'get',
  '=/git/commits': 'post',
  '=/git/commits/{commit_sha}': 'get',
  '=/git/tags': 'post',
  '=/git/tags/{tag_sha}': 'get',
  '=/contents/{path}': 'get',
  '=/commits': 'get',
  '=/commits/{ref}': 'get',
  '=/compare/{basehead}': 'get',
  '=/branches': 'get',
  '=/branches/{branch}': 'get',
  '=/releases': 'get post',
  '=/releases/latest': 'get',
  '=/releases/tags/{tag}': 'get',
  '=/releases/{release_id}': 'get patch',
  '=/releases/{release_id}/assets': 'get post',
  '=/releases/assets/{asset_id}': 'get delete',
  '=/immutable-releases': 'get put',
  '/orgs/{org}/artifacts/metadata/deployment-record': 'post',
  '/orgs/{org}/artifacts/{subject_digest}/metadata/deployment-records': 'get',
};

const PROSE = new Set([
  'description',
  'summary',
  'title',
  'example',
  'examples',
  'externalDocs',
  'tags',
  'x-github',
  'x-multi-segment',
  'deprecated',
  'default',
]);

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys below `properties` are names of the data: a property called `description` stays. */
function withoutProse(value: Json, areNames = false): Json {
  if (Array.isArray(value)) return value.map((item: Json) => withoutProse(item));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => areNames || !PROSE.has(key))
      .map(([key, item]) => [key, withoutProse(item, key === 'properties' && !areNames)]),
  );
}

function at(spec: JsonObject, pointer: string): Json {
  let value: Json | undefined = spec;
  for (const key of pointer.replace('#/', '').split('/')) value = isObject(value) ? value[key] : undefined;
  if (value === undefined) throw new Error(`the description lacks ${pointer}`);
  return value;
}

/** The references that a value needs, and those that these need. */
function references(spec: JsonObject, value: Json, found = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(value)) for (const item of value) references(spec, item, found);
  if (!isObject(value)) return found;
  const ref = value['$ref'];
  if (typeof ref === 'string' && !found.has(ref)) {
    found.add(ref);
    references(spec, withoutProse(at(spec, ref)), found);
  }
  for (const item of Object.values(value)) references(spec, item, found);
  return found;
}

function trim(spec: JsonObject): JsonObject {
  const paths: Record<string, Json> = {};
  for (const [short, methods] of Object.entries(OPERATIONS)) {
    const path = short.replace('=', REPO);
    const operations = methods.split(' ').map((method) => {
      const operation = at(spec, '#/paths');
      const found = isObject(operation) ? operation[path] : undefined;
      const one = isObject(found) ? found[method] : undefined;
      if (one === undefined) throw new Error(`the description lacks ${method} ${path}`);
      return [method, withoutProse(one)] as const;
    });
    paths[path] = Object.fromEntries(operations);
  }
  const components: Record<string, Record<string, Json>> = {};
  for (const ref of [...references(spec, paths)].sort()) {
    const [, , kind = '', name = ''] = ref.split('/');
    components[kind] = { ...components[kind], [name]: withoutProse(at(spec, ref)) };
  }
  const info = at(spec, '#/info');
  return {
    openapi: at(spec, '#/openapi'),
    info: isObject(info)
      ? { title: info['title'] ?? '', version: info['version'] ?? '', license: info['license'] ?? '' }
      : {},
    paths,
    components,
  };
}

const source = process.argv[2];
if (source === undefined) throw new Error('usage: node actions/tools/trim-openapi.ts <api.github.com.json>');
const trimmed = trim(JSON.parse(readFileSync(source, 'utf8')));
writeFileSync(TARGET, `${JSON.stringify(trimmed)}\n`);
