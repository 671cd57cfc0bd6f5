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

/** The class of every plot, so that the rules of several in one page meet nothing else. */
export const PLOT_CLASS = 'mlops-plot';

const variables = (colors: readonly string[]): string =>
  colors.map((color, index) => `--plot-${index + 1}:${color}`).join(';');

/** The rules that plots share in a page, which brings its own ground and colour of text; paper is light. */
export const PLOT_STYLE = `.${PLOT_CLASS}{${variables(LIGHT)}}.${PLOT_CLASS} text{white-space:pre}
@media screen and (prefers-color-scheme:dark){.${PLOT_CLASS}{${variables(DARK)}}}`;

/** A file that is opened by itself has no page around it to set its colours, so it brings both schemes along. */
export const FILE_STYLE = `${PLOT_STYLE}
.${PLOT_CLASS}{color:#1f2328;background:#fff}
@media screen and (prefers-color-scheme:dark){.${PLOT_CLASS}{color:#e6edf3;background:#0d1117}}`;

/** The n-th colour of the palette, from 0, as a variable that follows the reader's colour scheme. */
export const color = (index: number): string => `var(--plot-${(index % LIGHT.length) + 1})`;

/** A faint neutral for guides and reference lines. */
export const GUIDE = { stroke: 'currentColor', strokeOpacity: 0.35, strokeDasharray: '4,4' } as const;

/** The edge of a plot's ground. */
export const FRAME = { stroke: 'currentColor', strokeOpacity: 0.2 } as const;
