import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { View } from 'vega';
import type { FigureDrawing } from '../contracts/figure.ts';
import { writeAtomically } from '../base/system/write-atomically.ts';
import { animatedPng } from './animated-png.ts';
import { csvText } from './csv-text.ts';
import { figureConfig } from './figure-theme.ts';
import { measureText } from './measure-text.ts';
import { viewToPdf } from './pdf-canvas.mjs';
import { arimo } from './pdf-font.ts';
import { sharpWithFont } from './sharp-with-font.ts';

type Vega = Readonly<Record<string, unknown>>;

/** Pixels of the PNG for each pixel of the drawing: 288 a printed inch. */
const pngScale = 3;
const animationScale = 1.5;
/** Milliseconds that a frame stays, and the last one. */
const [frameTime, restTime] = [220, 1600];

/** Version of a figure's `.json`. */
export const figureVersion = 1;

const roundNumbers = (text: string): string =>
  text.replace(/-?\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100));

/**
 * Places in a drawing need no more than a hundredth of a pixel; this makes the file a third smaller. Texts stay as they
 * are.
 */
const shorten = (svg: string): string =>
  svg.replace(/ (?:d|transform|x|y|x2|y2|width|height|points)="[^"]*"/g, roundNumbers);

/** Signs that XML lacks, which a class name may hold. */
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Gives a specification the look of all figures. */
export const themed = (vega: Vega): Vega => ({
  ...vega,
  config: { ...figureConfig, ...(vega['config'] as object | undefined) },
});

/** Without the invisible targets that only a page has use for. */
function withoutTargets(vega: Vega): Vega {
  const marks = vega['marks'] as Vega[] | undefined;
  return marks ? { ...vega, marks: marks.filter(({ name }) => name !== 'hover').map(withoutTargets) } : vega;
}

async function viewOf(vega: Vega): Promise<View> {
  const [{ parse, View, Error: ErrorLevel, ...vegaRest }, measure] = await Promise.all([import('vega'), measureText()]);
  // Vega's types leave out its way to measure text.
  (vegaRest as unknown as { textMetrics: { width: unknown } }).textMetrics.width = (
    item: { fontSize?: number },
    text: unknown,
  ): number => (text === null || text === undefined ? 0 : measure(String(text), item.fontSize ?? 11));
  return new View(parse(themed(withoutTargets(vega)) as never), { renderer: 'none', logLevel: ErrorLevel }).runAsync();
}

async function svgOf(view: View, description: string): Promise<string> {
  const svg = shorten(await view.toSVG()).replace(
    /<svg([^>]*)>/,
    (_, attributes: string) => `<svg${attributes} role="img"><title>${escapeText(description)}</title>`,
  );
  return svg.replace(notXml, '\ufffd');
}

async function animate(drawing: FigureDrawing): Promise<Buffer> {
  const sharp = await sharpWithFont();
  const images: Buffer[] = [];
  for (const frame of drawing.frames!) {
    const view = await viewOf(frame);
    images.push(
      await sharp(Buffer.from(await svgOf(view, '')), { density: 72 * animationScale })
        .flatten({ background: 'white' })
        .removeAlpha()
        .toColorspace('srgb')
        .png({ compressionLevel: 9 })
        .toBuffer(),
    );
    view.finalize();
  }
  return animatedPng(
    images,
    images.map((_, index) => (index === images.length - 1 ? restTime : frameTime)),
  );
}

/**
 * Writes a drawing into `directory` as SVG, PNG (288 pixels an inch), PDF (vector, with its font), its data as CSV, an
 * animation as an animated PNG, and all of it as JSON, from which a report makes it interactive.
 *
 * @returns the files' absolute paths; SVG and PNG first
 */
export async function renderFigure(drawing: FigureDrawing, directory: string): Promise<string[]> {
  const [sharp, jspdf] = await Promise.all([sharpWithFont(), import('jspdf')]);
  const view = await viewOf(drawing.vega);
  const svg = await svgOf(view, drawing.description);
  const pdf = await viewToPdf(view, jspdf, await arimo());
  view.finalize();
  const png = await sharp(Buffer.from(svg), { density: 72 * pngScale })
    .png({ compressionLevel: 9, palette: true })
    .toBuffer();
  const files: [extension: string, content: string | Uint8Array][] = [
    ['svg', svg],
    ['png', png],
    ['pdf', new Uint8Array(pdf)],
    ['csv', csvText(drawing.table)],
    ['json', `${JSON.stringify({ version: figureVersion, ...drawing, frames: undefined })}\n`],
    ...(drawing.frames ? [['apng', await animate(drawing)] as [string, Buffer]] : []),
  ];
  await mkdir(directory, { recursive: true });
  const paths = files.map(([extension]) => join(directory, `${drawing.name}.${extension}`));
  for (const [index, path] of paths.entries()) await writeAtomically(path, files[index]![1]);
  return paths;
}
