import type { Digest } from '../digest.ts';
import type { ManifestFile } from '../manifest.ts';
import { compileSchema, type Validate } from '../schema/compile-schema.ts';
import { parseJsonStrict } from '../schema/json.ts';
import { pathText } from '../schema/parsed-text.ts';
import type { ModelSignature } from './events.ts';
import type { Ledger } from './ledger.ts';
import { emptyState, entryOf, environmentOf, type VersionState } from './state.ts';
import { filesOf } from './version-files.ts';

/** A version as it is kept for the day on which the ledger cannot be read. */
interface KeptVersion {
  readonly version: string;
  readonly digest: Digest;
  readonly uri: string;
  readonly commit: string;
  readonly signature: ModelSignature | null;
  /** When it passed its whole rollout in the environment; empty if it never did. */
  readonly verified: string;
  /** Why it is in quarantine; empty if it is not. */
  readonly quarantine: string;
  /** Absent where there are too many of them. */
  readonly files?: readonly ManifestFile[];
}

/** The little of a ledger that a rollback needs, kept in a place that does not depend on GitHub's API. */
export interface BreakGlass {
  readonly schema: 'mlops-actions/break-glass/v1';
  readonly model: string;
  readonly environment: string;
  readonly saved: string;
  readonly head: { readonly seq: number; readonly hash: Digest };
  readonly fence: number;
  readonly current: string | null;
  /** Versions that served, newest first. */
  readonly served: readonly { readonly version: string; readonly since: string }[];
  readonly versions: readonly KeptVersion[];
  /** The rollout file, which says how traffic is switched; `null` where there was none. */
  readonly rollout: string | null;
}

/** Versions that served last; older ones are of no use in an emergency. */
const KEPT_VERSIONS = 20;
const KEPT_FILES = 200;

const TEXT = { type: 'string', maxLength: 65_536 };
const LONG_TEXT = { type: 'string', maxLength: 1024 * 1024 };
const DIGEST = { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' };
const COUNT = { type: 'integer', minimum: 0 };
const object = (properties: Readonly<Record<string, object>>, optional: readonly string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties).filter((key) => !optional.includes(key)),
  properties,
});
const FIELDS = {
  type: 'array',
  items: object({ name: TEXT, type: TEXT, required: { type: 'boolean' } }),
};
const SCHEMA = object({
  schema: { const: 'mlops-actions/break-glass/v1' },
  model: TEXT,
  environment: TEXT,
  saved: { type: 'string', format: 'date-time' },
  head: object({ seq: COUNT, hash: DIGEST }),
  fence: COUNT,
  current: { anyOf: [TEXT, { type: 'null' }] },
  served: { type: 'array', items: object({ version: TEXT, since: TEXT }) },
  versions: {
    type: 'array',
    items: object(
      {
        version: TEXT,
        digest: DIGEST,
        uri: TEXT,
        commit: TEXT,
        signature: { anyOf: [object({ inputs: FIELDS, outputs: FIELDS }), { type: 'null' }] },
        verified: TEXT,
        quarantine: TEXT,
        files: { type: 'array', items: object({ path: TEXT, size: COUNT, sha256: DIGEST }) },
      },
      ['files'],
    ),
  },
  rollout: { anyOf: [LONG_TEXT, { type: 'null' }] },
});

/** What to keep of a ledger for an environment. */
export function breakGlassOf(
  ledger: Ledger,
  name: string,
  about: { readonly saved: string; readonly rollout: string | null },
): BreakGlass {
  const { state } = ledger;
  const environment = environmentOf(state, name);
  const served = [...environment.served].slice(0, KEPT_VERSIONS);
  const versions = [...new Set(served.map(({ version }) => version))].flatMap((version) => {
    const known = entryOf(state.versions, version);
    return known === undefined ? [] : [keptVersion(ledger, version, known, name)];
  });
  return {
    schema: 'mlops-actions/break-glass/v1',
    model: state.model,
    environment: name,
    saved: about.saved,
    head: state.head,
    fence: environment.fence,
    current: environment.current,
    served,
    versions,
    rollout: about.rollout,
  };
}

function keptVersion(ledger: Ledger, version: string, known: VersionState, name: string): KeptVersion {
  const files = filesOf(ledger, version);
  return {
    version,
    digest: known.digest,
    uri: known.uri,
    commit: known.commit,
    signature: known.signature,
    verified: entryOf(known.verified, name) ?? '',
    quarantine: entryOf(ledger.state.quarantine, known.digest)?.reason ?? '',
    ...(files === undefined || files.length > KEPT_FILES ? {} : { files }),
  };
}

let validator: Validate | undefined;

const isBreakGlass = (value: unknown, validate: Validate): value is BreakGlass =>
  validate(value).length === 0;

/**
 * Reads what was kept, and believes nothing in it that is not exactly of the expected shape: a job of lower trust may
 * have written it.
 *
 * @returns why it is not used, as a text, where it is not
 */
export function readBreakGlass(text: string, model: string, environment: string): BreakGlass | string {
  validator ??= compileSchema(SCHEMA, 'break-glass file');
  let value: unknown;
  try {
    ({ value } = parseJsonStrict(text, 'the break-glass file'));
  } catch (error) {
    return error instanceof Error ? error.message : 'it is not JSON';
  }
  if (!isBreakGlass(value, validator)) {
    const [problem] = validator(value);
    return `${pathText(problem?.path ?? [])}: ${problem?.message ?? 'is not what was kept'}`;
  }
  if (value.model !== model || value.environment !== environment)
    return `it is about ${value.model} in ${value.environment}`;
  return value;
}

/** The ledger that what was kept makes: enough to choose a target, and to be written after. */
export function ledgerFromBreakGlass(kept: BreakGlass): Ledger {
  const empty = emptyState(kept.model);
  const versions = kept.versions.map((one): [string, VersionState] => [
    one.version,
    {
      digest: one.digest,
      uri: one.uri,
      commit: one.commit,
      registered: '',
      dataDigest: null,
      metrics: {},
      intervals: {},
      signature: one.signature,
      cause: '',
      approvers: [],
      evidence: {},
      verified: one.verified === '' ? {} : { [kept.environment]: one.verified },
    },
  ]);
  const quarantined = kept.versions
    .filter(({ quarantine }) => quarantine !== '')
    .map(({ version, digest, quarantine }) => [
      digest,
      { version, reason: quarantine, since: `before ${kept.saved}` },
    ]);
  const state = {
    ...empty,
    head: kept.head,
    versions: Object.fromEntries(versions),
    quarantine: Object.fromEntries(quarantined),
    environments: {
      [kept.environment]: {
        ...environmentOf(empty, kept.environment),
        current: kept.current,
        served: kept.served,
        fence: kept.fence,
      },
    },
  };
  return { state, events: [] };
}
