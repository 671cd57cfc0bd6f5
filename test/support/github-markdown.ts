import { parseHTML } from 'linkedom';
import { marked } from 'marked';

/** What a reader of a rendered text could click, load or be told of, and the tags it is made of. */
export interface Rendered {
  readonly html: string;
  readonly links: readonly string[];
  /** Whom GitHub would notify. */
  readonly mentions: readonly string[];
  /** What GitHub would turn into a link to an issue, a commit or an advisory. */
  readonly references: readonly string[];
  /** Emoji by name, `:x:`. */
  readonly emoji: readonly string[];
  readonly tags: ReadonlySet<string>;
  /** Attributes other than those of links and tables. */
  readonly attributes: readonly string[];
  readonly text: string;
}

// What GitHub's own filters look for in text outside of code: see "Autolinked references and URLs" and "Mentioning
// people and teams" in its documentation.
const MENTION = /(?<![\w`/@])@[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}(?:\/[a-z\d][\w.-]*)?/gi;
const REFERENCES: readonly RegExp[] = [
  /(?<![\w&])(?:[\w.-]+(?:\/[\w.-]+)?)?#\d+\b/g,
  /\bGH-\d+\b/gi,
  /\b(?:[\w.-]+(?:\/[\w.-]+)?@)?[0-9a-f]{7,40}\b/g,
  /\b(?:CVE-\d{4}-\d{4,}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3})\b/gi,
];
const BARE_ADDRESS = /\b(?:https?|ftp):\/\/\S+|\bwww\.\S+|[\w.+-]+@[\w-]+\.[\w.]+/gi;
const EMOJI = /:[a-z0-9_+-]+:/g;

/** GitHub's Markdown as HTML, with what its filters would make of the text in it. */
export function renderLikeGitHub(markdown: string): Rendered {
  const html = marked.parse(markdown, { gfm: true, async: false });
  const { document } = parseHTML(`<!doctype html><html><body>${html}</body></html>`);
  const elements = [...document.querySelectorAll('body *')];
  const links = elements.flatMap(
    (element) => element.getAttribute('href') ?? element.getAttribute('src') ?? [],
  );
  const texts = plainTexts(document.body);
  const found = (pattern: RegExp): readonly string[] =>
    texts.flatMap((text) => [...text.matchAll(pattern)].map(([match]) => match));
  return {
    html,
    links: [...links, ...found(BARE_ADDRESS)],
    mentions: found(MENTION),
    references: REFERENCES.flatMap(found),
    emoji: found(EMOJI),
    tags: new Set(elements.map((element) => element.tagName.toLowerCase())),
    attributes: elements.flatMap((element) =>
      [...element.attributes]
        .map(({ name }) => name)
        .filter((name) => !['href', 'align', 'class'].includes(name)),
    ),
    text: document.body.textContent ?? '',
  };
}

/** As much of a node as is looked at: the project is compiled without the types of browsers. */
interface TextNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly childNodes: Iterable<TextNode>;
}

/** The texts in which GitHub looks for names and references: not in code, not in links. */
function plainTexts(node: TextNode): readonly string[] {
  if (node.nodeType === 3) return [node.textContent ?? ''];
  if (['CODE', 'PRE', 'A'].includes(node.nodeName.toUpperCase())) return [];
  return [...node.childNodes].flatMap(plainTexts);
}
