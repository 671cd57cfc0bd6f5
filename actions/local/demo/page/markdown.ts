import { Marked } from 'marked';
import { escapeHtml, Html } from './html.ts';

/** The tags that our reports use in Markdown; everything else is shown as the text it is. */
const ALLOWED = /^<\/?(details|summary|sub|sup|br|kbd|b)( open)?\s*\/?>$/i;

const SAFE_ADDRESS = /^(https?:\/\/|#|[\w./@%-]+$)/i;

/** GitHub's short names of the emoji in our reports, as letters that every font has. */
const EMOJI: Readonly<Record<string, readonly [tone: string, sign: string]>> = {
  x: ['bad', '✗'],
  white_check_mark: ['good', '✓'],
  heavy_check_mark: ['good', '✓'],
  warning: ['warn', '!'],
  grey_question: ['', '?'],
  question: ['', '?'],
  information_source: ['', 'i'],
};

const tag = (text: string): string => (ALLOWED.test(text) ? text : escapeHtml(text));

const sanitize = (raw: string): string =>
  raw
    .replace(/<!--[\s\S]*?-->/g, '')
    .split(/(<[^>]*>)/)
    .map((piece) => (piece.startsWith('<') ? tag(piece) : piece))
    .join('');

const markdown = new Marked({
  gfm: true,
  renderer: { html: ({ text }) => sanitize(text) },
  walkTokens: (token) => {
    if ((token.type === 'link' || token.type === 'image') && !SAFE_ADDRESS.test(token.href)) token.href = '#';
  },
});

/** Markdown as GitHub would show it, without any markup of its own beyond what our reports use. */
export const renderMarkdown = (text: string): Html =>
  new Html(
    markdown.parse(text, { async: false }).replace(/:([a-z_]+):/g, (whole, name: string) => {
      const [tone, sign] = EMOJI[name] ?? [];
      return sign === undefined ? whole : `<span class="sign ${tone}">${sign}</span>`;
    }),
  );
