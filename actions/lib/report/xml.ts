import { visibleText } from './visible-text.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Not characters of XML 1.0 in any spelling; other controls are written out by `visibleText`. */
const FORBIDDEN = /[\uFFFE\uFFFF]/g;

/** A text of unknown origin, for elements and for attributes in quotes; line feeds are kept, the invisible is written out. */
export const xmlText = (text: string): string =>
  text
    .split('\n')
    .map((line) =>
      visibleText(line)
        .replace(FORBIDDEN, '')
        .replace(/[&<>"']/g, (found) => ENTITIES[found] ?? ''),
    )
    .join('\n');

/** An element whose attributes are texts and whose content is XML; `undefined` attributes are left out. */
export function xmlElement(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  content: readonly string[] = [],
): string {
  const written = Object.entries(attributes)
    .flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${attribute(String(value))}"`]))
    .join('');
  return content.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${content.join('')}</${name}>`;
}

const attribute = (text: string): string => xmlText(text).replaceAll('\n', '&#10;');
