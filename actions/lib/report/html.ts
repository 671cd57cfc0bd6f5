import { visibleText } from './visible-text.ts';

/** Markup that may go into a page as it is. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

export type HtmlPart = Html | string | number | undefined | readonly HtmlPart[];

/**
 * A template whose values are shown as texts unless they are markup. Lists are joined, `undefined` is nothing.
 * Attributes must stand in quotes.
 *
 * @param shown - makes safe markup of a text
 */
export const templateOf =
  (shown: (text: string) => string) =>
  (strings: TemplateStringsArray, ...values: readonly HtmlPart[]): Html =>
    new Html(strings.map((text, index) => `${text}${markupOf(values[index], shown)}`).join(''));

/** Texts are escaped, on one line, with invisible and reordering characters written out. */
export const html = templateOf((text) => escapeHtml(visibleText(text)));

function markupOf(part: HtmlPart, shown: (text: string) => string): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.markup;
  if (typeof part === 'object') return part.map((item) => markupOf(item, shown)).join('');
  return shown(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** The text with the characters that mean something in HTML replaced; safe in text and in quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"'`]/g, (found) => ENTITIES[found] ?? found);
