import { renderLikeGitHub } from './github-markdown.ts';

const TAGS: ReadonlySet<string> = new Set([
  ...['h1', 'h2', 'h3', 'p', 'a', 'strong', 'em', 'code', 'pre', 'ul', 'li', 'blockquote', 'br'],
  ...['details', 'summary', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
]);

/** What of a Markdown text is ours. */
interface Ours {
  readonly links: readonly string[];
  /** Headings, as they read. */
  readonly headings: readonly string[];
}

const cellsOf = (row: string): number => row.match(/<t[dh]/g)?.length ?? 0;

/** Tables whose rows do not all have the same number of cells. */
const brokenTables = (html: string): readonly string[] =>
  (html.match(/<table>.*?<\/table>/gs) ?? []).filter(
    (table) => new Set((table.match(/<tr>.*?<\/tr>/gs) ?? []).map(cellsOf)).size !== 1,
  );

const headingsOf = (html: string): readonly string[] =>
  [...html.matchAll(/<h([1-6])>(.*?)<\/h\1>/gs)].map(([, level, text = '']) =>
    `${'#'.repeat(Number(level))} ${text.replace(/<[^>]*>/g, '')}`.trim(),
  );

/**
 * What a Markdown text does on GitHub beside showing itself, apart from what is ours: links, images, mentions,
 * references, pictures by name, foreign tags, headings, broken tables, comments, characters that are not seen.
 */
export function effectsOf(markdown: string, ours: Ours): readonly string[] {
  const rendered = renderLikeGitHub(markdown);
  const named = (what: string, found: Iterable<string>): readonly string[] =>
    [...found].map((one) => `${what}: ${one}`);
  return [
    ...named(
      'link',
      rendered.links.filter((link) => !ours.links.includes(link)),
    ),
    ...named('mention', rendered.mentions),
    // The hash of a commit leads to this repository or nowhere, and tells nobody.
    ...named(
      'reference',
      rendered.references.filter((one) => !/^[0-9a-f]{7,40}$/.test(one)),
    ),
    // Times have colons as well, and no picture is named by digits alone but these.
    ...named(
      'emoji',
      rendered.emoji.filter((name) => /[a-z+-]|^:(100|1234):$/.test(name)),
    ),
    ...named(
      'tag',
      [...rendered.tags].filter((tag) => !TAGS.has(tag)),
    ),
    ...named('attribute', rendered.attributes),
    ...named(
      'heading',
      headingsOf(rendered.html).filter((heading) => !ours.headings.includes(heading)),
    ),
    ...named('broken table', brokenTables(rendered.html)),
    ...named('comment', rendered.html.match(/<!--/g) ?? []),
    ...named(
      'unseen',
      (markdown.match(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu) ?? [])
        .filter((character) => !['\n', '\t', '\ufe0f'].includes(character))
        .map((character) => (character.codePointAt(0) ?? 0).toString(16)),
    ),
  ];
}
