import type { PlotOptions } from '@observablehq/plot';

/**
 * Colours that differ in lightness as well as in hue (Okabe and Ito's set, readable with colour blindness), a
 * lighter variant of each on dark ground. The first is the one a single curve is drawn in.
 */
const LIGHT = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#b8860b',
  '#7b3294',
  '#56788f',
  '#a6611a',
  '#44aa99',
  '#882255',
  '#555555',
];
const DARK = [
  '#56b4e9',
  '#ff9b57',
  '#3ddbb0',
  '#f0e442',
  '#cc9ae0',
  '#a8c8dc',
  '#e0b37a',
  '#88ddcc',
  '#ee88aa',
  '#bbbbbb',
];

const variables = (colors: readonly string[]): string =>
  colors.map((color, index) => `--plot-${index + 1}:${color}`).join(';');

/** A file that is opened by itself has no page around it to set its colours, so it brings both schemes along. */
const STYLE = `svg{color:#1f2328;background:#fff;--plot-ground:#fff;${variables(LIGHT)}}
@media(prefers-color-scheme:dark){svg{color:#e6edf3;background:#0d1117;--plot-ground:#0d1117;${variables(DARK)}}}`;

/** The n-th colour of the palette, from 0, as a variable that follows the reader's colour scheme. */
export const color = (index: number): string => `var(--plot-${(index % LIGHT.length) + 1})`;

/** A faint neutral for guides and reference lines. */
export const GUIDE = { stroke: 'currentColor', strokeOpacity: 0.35, strokeDasharray: '4,4' } as const;

export type Plot = typeof import('@observablehq/plot');

/** What draws: Observable Plot on a document without a browser. */
export interface Drawing {
  readonly plot: Plot;
  /** An SVG file of what `options` describe, with a title for people and screen readers. */
  draw(title: string, options: PlotOptions): string;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replace(/[&<>]/g, (character) => ESCAPES[character] ?? '');

/** Loads the drawing library; only a step that draws pays for it. */
export async function openDrawing(): Promise<Drawing> {
  const [plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  return {
    plot,
    draw(title, options) {
      const svg = plot.plot({
        document,
        width: 480,
        height: 440,
        marginTop: 40,
        marginLeft: 64,
        marginBottom: 48,
        marginRight: 24,
        ...options,
        // In the middle of their axes, where they cannot meet the title.
        x: { labelAnchor: 'center', labelArrow: 'none', labelOffset: 40, ...options.x },
        y: { labelAnchor: 'center', labelArrow: 'none', ...options.y },
      });
      svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
      svg.setAttribute('role', 'img');
      svg.setAttribute('font-size', '12');
      const [opening = '', ...rest] = svg.outerHTML.split(/(?<=^<svg[^>]*>)/);
      const heading = `<text x="12" y="20" text-anchor="start" font-size="15" font-weight="600">${escaped(title)}</text>`;
      return `${opening}<title>${escaped(title)}</title><style>${STYLE}</style>${rest.join('')}`.replace(
        /<\/svg>\s*$/,
        `${heading}</svg>\n`,
      );
    },
  };
}
