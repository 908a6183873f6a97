import { z } from 'zod';

/**
 * Colors that are no data. A page for dark rooms exchanges exactly these, so nothing else in a figure may have them.
 */
export const ink = '#1f2328';
/** Color of axes and of what is said beside. */
export const mutedInk = '#59636e';
/** Color of the lines behind a drawing. */
export const gridLine = '#d8dee4';
/** Color of the ground. */
export const paper = '#ffffff';

/**
 * Okabe and Ito's colors without black and yellow, which are lost on paper: eight runs that stay apart with any color
 * vision.
 */
export const groupColors: readonly string[] = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#7a5195',
  '#8c8c8c',
];

/** Dashes that change where the colors begin again, so that no two of many runs look alike. */
export const groupDashes: readonly (readonly number[])[] = [
  [1, 0],
  [5, 2],
  [1.5, 1.5],
  [7, 2, 1.5, 2],
];

/** Paul Tol's "muted" scheme and a gray: ten classes that stay apart with any color vision. */
const mutedScheme: readonly string[] = [
  '#332288',
  '#88ccee',
  '#44aa99',
  '#117733',
  '#999933',
  '#ddcc77',
  '#cc6677',
  '#882255',
  '#aa4499',
  '#888888',
];

/**
 * Gives a Vega scale's range for so many classes: safe for all color vision up to ten, as far apart as can be beyond.
 */
export function classColors(classes: number): readonly string[] | { readonly scheme: string; readonly count: number } {
  return classes <= mutedScheme.length ? mutedScheme.slice(0, classes) : { scheme: 'sinebow', count: classes };
}

/** Family of all text in figures: metrically equal fonts, of which every system has one. */
export const fontFamily = 'Arimo, Liberation Sans, Helvetica, Arial, sans-serif';

/** Widths that papers print, in pixels of 1/96 inch: 3.25 inches of a two-column paper, and all of its 6.875. */
export const columnWidth = 312;
/** The wider of the two. */
export const pageWidth = 660;

/** Makes the option `width` of a figure. */
export const figureWidth = (standard: number) =>
  z
    .int()
    .min(120)
    .max(4000)
    .default(standard)
    .describe(
      'Width of the whole figure in pixels of 1/96 inch: 312 is a column of a two-column paper, 660 its whole width.',
    );

/** Look of all figures; a specification's own `config` goes before it. */
export const figureConfig = {
  background: paper,
  font: fontFamily,
  text: { font: fontFamily },
  axis: {
    labelFont: fontFamily,
    titleFont: fontFamily,
    labelFontSize: 9,
    titleFontSize: 10,
    titleFontWeight: 'normal',
    labelColor: ink,
    titleColor: ink,
    domainColor: mutedInk,
    tickColor: mutedInk,
    gridColor: gridLine,
    gridOpacity: 1,
    gridWidth: 0.6,
    tickSize: 3,
    titlePadding: 5,
    labelPadding: 2,
  },
  legend: {
    labelFont: fontFamily,
    titleFont: fontFamily,
    labelFontSize: 9,
    titleFontSize: 9,
    titleFontWeight: 'normal',
    labelColor: ink,
    titleColor: ink,
    rowPadding: 1,
    columnPadding: 10,
    symbolSize: 60,
    padding: 0,
    offset: 8,
  },
  title: { font: fontFamily, fontSize: 10, fontWeight: 'normal', color: ink, offset: 6 },
} as const;
