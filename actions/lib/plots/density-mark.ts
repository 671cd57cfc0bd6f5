import type { RenderFunction } from '@observablehq/plot';
import type { Density } from '../metrics/curves-histogram.ts';
import { color } from './palette.ts';

/** Steps of opacity for how many rows a cell holds. */
const SHADES = 8;
const SVG = 'http://www.w3.org/2000/svg';

const rounded = (length: number): number => Math.round(length * 10) / 10;

/**
 * Cells that are darker where there are more rows: one path for each shade, as thousands of rectangles would make a
 * large file. Shades go by the logarithm of the count, or one full cell would hide all others.
 */
export const densityMark =
  ({ x, y, bins, cells }: Density): RenderFunction =>
  (_index, scales, _values, _dimensions, { document }) => {
    const most = Math.log1p(Math.max(...cells.map(([, , count]) => count)));
    const place = (range: { from: number; to: number }, cell: number): number =>
      range.from + ((range.to - range.from) * cell) / bins;
    const left = (column: number): number => rounded(scales.x?.(place(x, column)) ?? 0);
    const bottom = (row: number): number => rounded(scales.y?.(place(y, row)) ?? 0);
    const paths = new Map<number, string>();
    for (const [column, row, count] of cells) {
      const shade = Math.ceil((SHADES * Math.log1p(count)) / most);
      const path = `M${left(column)} ${bottom(row)}H${left(column + 1)}V${bottom(row + 1)}H${left(column)}z`;
      paths.set(shade, `${paths.get(shade) ?? ''}${path}`);
    }
    const group = document.createElementNS(SVG, 'g');
    group.setAttribute('fill', color(0));
    group.setAttribute('shape-rendering', 'crispEdges');
    for (const [shade, path] of [...paths].sort(([a], [b]) => a - b)) {
      const element = document.createElementNS(SVG, 'path');
      element.setAttribute('fill-opacity', String(0.08 + (0.92 * shade) / SHADES));
      element.setAttribute('d', path);
      group.append(element);
    }
    return group;
  };
