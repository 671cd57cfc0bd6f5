import type { OutboxEntry } from '../../lib/registry/events.ts';
import type { Runtime } from '../runtime.ts';
import { versionTag } from '../stores/store.ts';
import { type Deliver, payloadOf } from './delivery.ts';

/**
 * Shows the release notes of a version on GitHub, as a draft or published. A release that is there already, such as
 * the one that keeps the model, stays as it is but for being published.
 *
 * @param notes - Markdown, made when the release is
 */
export const releaseMirror =
  (runtime: Runtime, notes: (entry: OutboxEntry) => Promise<string>): Deliver =>
  async (entry) => {
    const { releases } = await runtime.github();
    const model = payloadOf(entry, 'model');
    const tag = versionTag(model, entry.version);
    const there = await releases.find(tag);
    const release =
      there === undefined
        ? await releases.draft({
            tag,
            commit: payloadOf(entry, 'commit'),
            title: `${model} ${entry.version}`,
            body: await notes(entry),
          })
        : ({ kind: 'done', value: there } as const);
    if (release.kind !== 'done') return { kind: 'failed', reason: release.message };
    const publish = payloadOf(entry, 'publish') === 'true' && release.value.draft;
    const result = publish ? await releases.publish(release.value) : release;
    return result.kind === 'done'
      ? { kind: 'done', reference: result.value.url }
      : { kind: 'failed', reason: result.message };
  };
