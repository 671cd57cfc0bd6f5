import type { EventType } from './events.ts';
import { type Reducers, serve, withEnvironment, withVersion } from './reduce.ts';
import { entryOf, GENESIS } from './state.ts';

/** What is known of versions and of bytes. */
export const versionReducers: Reducers<Extract<EventType, `version.${string}` | 'evidence.attached'>> = {
  'version.registered': (state, { version = '', digest, ts, data }) => ({
    ...state,
    versions: {
      ...state.versions,
      [version]: {
        digest: digest ?? GENESIS,
        uri: data.uri,
        commit: data.commit,
        registered: ts,
        dataDigest: data.dataDigest,
        metrics: data.metrics,
        intervals: data.intervals,
        signature: data.signature,
        cause: data.cause,
        approvers: [],
        evidence: {},
        verified: {},
      },
    },
  }),
  'evidence.attached': (state, event) =>
    withVersion(state, event, ({ evidence }) => ({
      evidence: {
        ...evidence,
        ...Object.fromEntries(event.data.evidence.map((document) => [document.kind, document])),
      },
    })),
  'version.verified': (state, event) =>
    withVersion(state, event, ({ verified }) => ({
      verified: { ...verified, [event.env ?? '']: event.ts },
    })),
  'version.quarantined': (state, { version = '', digest, ts, data }) =>
    digest === undefined || entryOf(state.quarantine, digest) !== undefined
      ? state
      : {
          ...state,
          quarantine: { ...state.quarantine, [digest]: { version, reason: data.reason, since: ts } },
        },
  'version.released': (state, { digest = '' }) => ({
    ...state,
    quarantine: Object.fromEntries(Object.entries(state.quarantine).filter(([name]) => name !== digest)),
  }),
  'version.imported': (state, event) =>
    withEnvironment(
      withVersion(state, event, ({ verified }) => ({
        verified: { ...verified, [event.env ?? '']: event.ts },
      })),
      event,
      (environment) => serve(environment, event.version ?? null, event.ts),
    ),
};
