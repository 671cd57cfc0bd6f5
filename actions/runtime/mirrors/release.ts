import type { OutboxEntry } from '../../lib/registry/events.ts';
import type { WriteResult } from '../github/github.ts';
import type { Release, Releases } from '../github/releases.ts';
import type { Runtime } from '../runtime.ts';
import { keptText, versionTag } from '../stores/store.ts';
import { type Deliver, payloadOf } from './delivery.ts';

/** The release of a version with its notes: made, or that of the store. What a person wrote stays. */
async function withNotes(
  releases: Releases,
  entry: OutboxEntry,
  notes: (entry: OutboxEntry) => Promise<string>,
): Promise<WriteResult<Release>> {
  const { version } = entry;
  const model = payloadOf(entry, 'model');
  const tag = versionTag(model, version);
  const there = await releases.find(tag);
  if (there === undefined) {
    const request = { tag, commit: payloadOf(entry, 'commit'), title: `${model} ${version}` };
    return releases.draft({ ...request, body: await notes(entry) });
  }
  return there.body.trim() === keptText(model, version)
    ? releases.describe(there, await notes(entry))
    : { kind: 'done', value: there };
}

/**
 * Shows the release notes of a version on GitHub, as a draft or published. The release that keeps the model gets them in
 * place of the store's own sentence; any other that is there already stays as it is but for being published.
 *
 * @param notes - Markdown, made when it is needed
 */
export const releaseMirror =
  (runtime: Runtime, notes: (entry: OutboxEntry) => Promise<string>): Deliver =>
  async (entry) => {
    const { releases } = await runtime.github();
    const release = await withNotes(releases, entry, notes);
    if (release.kind !== 'done') return { kind: 'failed', reason: release.message };
    const publish = payloadOf(entry, 'publish') === 'true' && release.value.draft;
    const result = publish ? await releases.publish(release.value) : release;
    return result.kind === 'done'
      ? { kind: 'done', reference: result.value.url }
      : { kind: 'failed', reason: result.message };
  };
