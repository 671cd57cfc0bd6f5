import type { OutboxEntry } from '../../lib/registry/events.ts';
import { gtoAssignments, gtoNameProblem, gtoStagePrefix, gtoVersionTag } from '../../lib/registry/gto-tag.ts';
import type { WriteResult } from '../github/github.ts';
import type { Tag, Tags } from '../github/tags.ts';
import type { Runtime } from '../runtime.ts';
import { type Deliver, type Delivery, payloadOf } from './delivery.ts';

/** Others may count up at the same time. */
const TRIES = 5;
/** How far back our own assignment is looked for, after a reply was lost and others went on. */
const LOOKED_BACK = 20;

/** Writes the tags that GTO would: of a version, and of its assignment to a stage. */
export const gtoTagMirror =
  (runtime: Runtime): Deliver =>
  async (entry) => {
    const [model, stage] = [payloadOf(entry, 'model'), payloadOf(entry, 'stage')];
    const problem = gtoNameProblem('model', model) ?? gtoNameProblem('environment', stage);
    if (problem !== undefined) return { kind: 'failed', reason: problem };
    const { tags } = await runtime.github();
    const version = await tags.create(tagOf(gtoVersionTag(model, entry.version), entry, 'Registered'));
    if (version.kind !== 'done') return deliveryOf(version);
    return deliveryOf(await assign(tags, model, stage, entry));
  };

/** The message makes the tag of one entry the same in every attempt. */
const tagOf = (name: string, entry: OutboxEntry, what: string): Tag => ({
  name,
  commit: payloadOf(entry, 'commit'),
  message: `${what} ${payloadOf(entry, 'model')} ${entry.version}\n\nDigest: ${payloadOf(entry, 'digest')}${
    what === 'Registered' ? '' : `\nFence: ${payloadOf(entry, 'fence')}`
  }`,
});

async function assign(
  tags: Tags,
  model: string,
  stage: string,
  entry: OutboxEntry,
): Promise<WriteResult<Tag>> {
  const prefix = gtoStagePrefix(model, stage);
  let result: WriteResult<Tag> = { kind: 'unknown', message: 'no tag was tried' };
  for (let tries = 0; tries < TRIES; tries++) {
    const newest = gtoAssignments(await tags.names(prefix), model, stage);
    const wish = tagOf('', entry, 'Assigned');
    for (const { tag } of newest.slice(0, LOOKED_BACK)) {
      const there = await tags.read(tag);
      if (there?.message === wish.message) return { kind: 'done', value: there };
      if (fenceOf(there) < Number(payloadOf(entry, 'fence'))) break;
    }
    result = await tags.create({ ...wish, name: `${prefix}${(newest[0]?.number ?? 0) + 1}` });
    // The number was taken meanwhile: count anew.
    if (result.kind !== 'refused' || result.status !== 422) return result;
  }
  return result;
}

/** The change of hands that an assignment shows: ours is not to be found before an older one. */
const fenceOf = (tag: Tag | undefined): number =>
  Number(/^Fence: (\d+)$/m.exec(tag?.message ?? '')?.[1] ?? Number.POSITIVE_INFINITY);

function deliveryOf(result: WriteResult<Tag>): Delivery {
  if (result.kind === 'done') return { kind: 'done', reference: result.value.name };
  if (result.kind === 'refused' && result.status === 403)
    return {
      kind: 'failed',
      reason: `${result.message} The job's token may also not tag a commit whose workflow files are not those of a branch.`,
    };
  return { kind: 'failed', reason: result.message };
}
