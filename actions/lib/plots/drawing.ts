import type { PlotOptions } from '@observablehq/plot';
import { xmlText } from '../report/xml.ts';
import { FILE_STYLE, PLOT_CLASS } from './palette.ts';
import { textWidth } from './text-width.ts';

/** A plot's file name, its title and its SVG. */
export interface PlotFile {
  readonly file: string;
  readonly title: string;
  readonly svg: string;
}

export type Plot = typeof import('@observablehq/plot');

/** What one colour stands for. */
export interface LegendEntry {
  readonly label: string;
  readonly color: string;
}

/** A picture: a title, what its colours mean, and plots one below the other. */
export interface Picture {
  readonly title: string;
  readonly legend?: readonly LegendEntry[];
  /** A remark below the title. */
  readonly note?: string | undefined;
  readonly panels: readonly Panel[];
}

export type Panel = PlotOptions & { readonly heading?: string };

/** What draws: Observable Plot on a document without a browser. */
export interface Drawing {
  readonly plot: Plot;
  /** The SVG of a picture, with a title for people and screen readers. */
  draw(picture: Picture): string;
}

const WIDTH = 480;
const LEFT = 14;

/** Loads the drawing library; only a step that draws pays for it. */
export async function openDrawing(): Promise<Drawing> {
  const [plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const drawPanel = ({ heading: _, ...options }: Panel) => {
    const svg = plot.plot({
      document,
      width: WIDTH,
      height: 400,
      marginTop: 12,
      marginLeft: 72,
      marginBottom: 46,
      marginRight: 30,
      className: 'panel',
      ...options,
      // In the middle of their axes, where they cannot meet a title.
      x: { labelAnchor: 'center', labelArrow: 'none', labelOffset: 38, ...options.x },
      y: { labelAnchor: 'center', labelArrow: 'none', ...options.y },
    });
    tidy(svg);
    return svg;
  };
  return {
    plot,
    draw({ title, legend = [], note, panels }) {
      const drawn = panels.map((panel) => ({ svg: drawPanel(panel), heading: panel.heading }));
      const width = Math.max(...drawn.map(({ svg }) => Number(svg.getAttribute('width'))));
      const parts = [line(title, 22, 'font-size="15" font-weight="600"')];
      let y = 30;
      if (note !== undefined) {
        parts.push(line(note, y + 12, 'opacity="0.75"'));
        y += 20;
      }
      const keys = legendRows(legend, width - 2 * LEFT);
      for (const row of keys) {
        parts.push(...row.map((entry) => legendKey(entry, y)));
        y += 20;
      }
      for (const { svg, heading } of drawn) {
        if (heading !== undefined) {
          parts.push(line(heading, y + 16, 'font-weight="600"'));
          y += 20;
        }
        svg.setAttribute('y', String(y));
        y += Number(svg.getAttribute('height'));
        parts.push(svg.outerHTML);
      }
      return `<svg xmlns="http://www.w3.org/2000/svg" class="${PLOT_CLASS}" role="img" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}" fill="currentColor" font-family="system-ui, sans-serif" font-size="12"><title>${xmlText(title)}</title><style>${FILE_STYLE}</style>${parts.join('')}</svg>\n`;
    },
  };
}

/** The plot as a part of a page that has `PLOT_STYLE`: without a style and a name space of its own. */
export const inlinePlot = ({ svg }: PlotFile): string =>
  svg.replace(` xmlns="http://www.w3.org/2000/svg"`, '').replace(`<style>${FILE_STYLE}</style>`, '').trim();

const line = (text: string, y: number, attributes: string): string =>
  `<text x="${LEFT}" y="${y}" ${attributes}>${xmlText(text)}</text>`;

interface PlacedEntry extends LegendEntry {
  readonly x: number;
}

/** As many entries in a row as fit. */
function legendRows(legend: readonly LegendEntry[], width: number): readonly (readonly PlacedEntry[])[] {
  const rows: PlacedEntry[][] = [];
  let x = Number.POSITIVE_INFINITY;
  for (const entry of legend) {
    const own = textWidth(entry.label) + 30;
    if (x + own > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)?.push({ ...entry, x: LEFT + x });
    x += own;
  }
  return rows;
}

const legendKey = ({ label, color, x }: PlacedEntry, y: number): string =>
  `<rect x="${x}" y="${y + 3}" width="11" height="11" rx="2" fill="${color}"/><text x="${x + 16}" y="${y + 12.5}">${xmlText(label)}</text>`;

const LENGTHS = ['d', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r', 'width', 'height', 'transform'];
/** What the root of a picture has said already, or what a picture as a whole stands for. */
const NEEDLESS = ['aria-label', 'aria-hidden', 'aria-description', 'font-family', 'xmlns', 'xmlns:xlink'];

/** The part of an element of a document that is used here. */
interface Markup {
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): Iterable<Markup & { remove(): void }>;
}

/** Makes a panel small: two decimals of a pixel are enough, and one title for all. */
function tidy(svg: Markup): void {
  for (const style of svg.querySelectorAll('style')) style.remove();
  svg.removeAttribute('font-size');
  for (const element of [svg, ...svg.querySelectorAll('*')]) {
    for (const name of NEEDLESS) element.removeAttribute(name);
    for (const name of LENGTHS) {
      const value = element.getAttribute(name);
      if (value?.includes('.')) element.setAttribute(name, value.replace(/(\.\d\d)\d+/g, '$1'));
    }
  }
}
