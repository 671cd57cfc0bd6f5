import type { BareRepository } from './bare-repository.ts';
import { notFound, ok, type Route } from './routes.ts';
import { apiUrl, type Site } from './site.ts';

/** Reads tag objects as git writes them. */
export const tagRoutes = (git: BareRepository, site: Site): readonly Route[] => [
  {
    method: 'GET',
    path: '/git/tags/{sha}',
    async handle({ params: [sha = ''] }) {
      if ((await git.typeOf(sha)) !== 'tag') return notFound;
      const raw = (await git.read(sha, 'tag')).toString();
      const end = raw.indexOf('\n\n');
      const field = (name: string): string =>
        raw
          .slice(0, end)
          .split('\n')
          .find((line) => line.startsWith(`${name} `))
          ?.slice(name.length + 1) ?? '';
      const [, name = '', email = '', seconds = '0'] = /^(.*) <(.*)> (\d+)/.exec(field('tagger')) ?? [];
      const [object, type] = [field('object'), field('type')];
      return ok({
        node_id: `T_${sha}`,
        sha,
        tag: field('tag'),
        message: raw.slice(end + 2),
        tagger: { name, email, date: new Date(Number(seconds) * 1_000).toISOString().replace('.000Z', 'Z') },
        url: apiUrl(site, `/git/tags/${sha}`),
        object: { sha: object, type, url: apiUrl(site, `/git/${type}s/${object}`) },
      });
    },
  },
];
