import { Marked } from 'marked';
import { escapeHtml, Html } from '../../../lib/report/html.ts';

/** The tags that our reports use in Markdown; everything else is shown as the text it is. */
const ALLOWED = /^<\/?(details|summary|sub|sup|br|kbd|b)( open)?\s*\/?>$/i;

const SAFE_ADDRESS = /^(https?:\/\/|#|[\w./@%-]+$)/i;

type Sign = readonly [tone: string, letter: string];

/** The emoji of our reports as letters that every font has. */
const SIGNS: Readonly<Record<string, Sign>> = {
  ':x:': ['bad', '✗'],
  '❌': ['bad', '✗'],
  ':white_check_mark:': ['good', '✓'],
  '✅': ['good', '✓'],
  ':warning:': ['warn', '!'],
  '⚠️': ['warn', '!'],
  ':grey_question:': ['', '?'],
  '❔': ['', '?'],
  ':information_source:': ['', 'i'],
};

/** The page of a run on GitHub; here every run has a page of its own. */
const RUN_PAGE = /^https?:\/\/[^/]+\/[^/]+\/[^/]+\/actions\/runs\/(\d+)/;

const tag = (text: string): string => (ALLOWED.test(text) ? text : escapeHtml(text));

const sanitize = (raw: string): string =>
  raw
    .replace(/<!--[\s\S]*?-->/g, '')
    .split(/(<[^>]*>)/)
    .map((piece) => (piece.startsWith('<') ? tag(piece) : piece))
    .join('');

const address = (href: string, home: string): string => {
  if (!SAFE_ADDRESS.test(href)) return '#';
  const run = RUN_PAGE.exec(href)?.[1];
  return run === undefined ? href : `${home}runs/${run}.html`;
};

/**
 * Markdown as GitHub would show it, without any markup of its own beyond what our reports use.
 *
 * @param home - the way from the page to the folder of index.html: empty, or `../` as often as needed
 */
export function renderMarkdown(text: string, home = ''): Html {
  const markdown = new Marked({
    gfm: true,
    renderer: { html: (token) => sanitize(token.text) },
    walkTokens: (token) => {
      if (token.type === 'link' || token.type === 'image') token.href = address(token.href, home);
    },
  });
  const markup = markdown.parse(text, { async: false });
  return new Html(
    markup.replace(/:[a-z_]+:|❌|✅|⚠️|❔/gu, (whole) => {
      const sign = SIGNS[whole];
      return sign ? `<span class="sign ${sign[0]}">${sign[1]}</span>` : whole;
    }),
  );
}
