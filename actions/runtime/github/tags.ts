import type { Clock } from '../runtime.ts';
import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';
import type { WriteResult } from './github.ts';
import { readBack } from './read-back.ts';

/** A tag, with the commit that it leads to. */
export interface Tag {
  readonly name: string;
  readonly commit: string;
  /** Empty for a tag without an object of its own. */
  readonly message: string;
}

/** Annotated tags. */
export interface Tags {
  /** Names of the tags that begin with a text, at most 10,000. */
  names(prefix: string): Promise<readonly string[]>;
  /** A tag by name, `undefined` if there is none. */
  read(name: string): Promise<Tag | undefined>;
  /**
   * Makes an annotated tag. One of that name that says the same is the result; another one is left alone, and the
   * result is `refused` with status 422.
   */
  create(tag: Tag): Promise<WriteResult<Tag>>;
}

const GIT = '/repos/{owner}/{repo}/git';

const readRef = (answer: Answer) => ({
  name: answer.text('ref').replace(/^refs\/tags\//, ''),
  sha: answer.object('object').text('sha'),
  type: answer.object('object').text('type'),
});

export function createTags(api: RepositoryApi, clock: Clock): Tags {
  async function read(name: string): Promise<Tag | undefined> {
    const ref = await api.find(`GET ${GIT}/ref/{ref}`, { ref: `tags/${name}` }, readRef);
    if (ref === undefined) return undefined;
    if (ref.type !== 'tag') return { name, commit: ref.sha, message: '' };
    return api.get(`GET ${GIT}/tags/{tag_sha}`, { tag_sha: ref.sha }, (answer) => ({
      name,
      commit: answer.object('object').text('sha'),
      message: answer.text('message').trim(),
    }));
  }

  return {
    read,

    async names(prefix) {
      const route = `GET ${GIT}/matching-refs/{ref}`;
      const refs = await api.list(route, { ref: `tags/${prefix}` }, readRef, { unpaged: true });
      return refs.map(({ name }) => name);
    },

    async create(tag) {
      const same = async (): Promise<Tag | undefined> => {
        const there = await read(tag.name);
        return there?.commit === tag.commit && there.message === tag.message ? there : undefined;
      };
      const there = await same();
      if (there !== undefined) return { kind: 'done', value: there };
      const object = { tag: tag.name, message: tag.message, object: tag.commit, type: 'commit' };
      // An object that no ref names is nothing yet: only the ref decides.
      const made = await api.write(`POST ${GIT}/tags`, {}, object, (answer) => answer.text('sha'));
      if (made.kind !== 'done') return made;
      const ref = { ref: `refs/tags/${tag.name}`, sha: made.value };
      const sent = await api.write(`POST ${GIT}/refs`, {}, ref, () => tag);
      if (sent.kind !== 'refused' || sent.status !== 422) return readBack(sent, clock, same);
      const winner = await same();
      return winner === undefined ? sent : { kind: 'done', value: winner };
    },
  };
}
