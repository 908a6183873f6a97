import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import type { FigureDrawing } from '../contracts/figure.ts';
import { writeAtomically } from '../tracking/write-atomically.ts';

/** Pixels of the PNG for each pixel of the drawing. */
const pngScale = 2;

/** Numbers in a drawing need no more than a hundredth of a pixel; this makes the file a third smaller. */
const shorten = (svg: string): string => svg.replace(/-?\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100));

const escapeText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * Writes a drawing as `<name>.svg` and `<name>.png` (twice the size) into `directory`.
 *
 * @returns the files' absolute paths
 */
export async function renderFigure(drawing: FigureDrawing, directory: string): Promise<string[]> {
  const [{ parse, View, Warn }, { default: sharp }] = await Promise.all([import('vega'), import('sharp')]);
  const view = new View(parse(drawing.vega as never), { renderer: 'none', logLevel: Warn });
  const bare = shorten(await view.toSVG());
  view.finalize();
  const svg = bare.replace(/<svg([^>]*)>/, (_, attributes: string) => `<svg${attributes} role="img"><title>${escapeText(drawing.description)}</title>`);
  const png = await sharp(Buffer.from(svg), { density: 72 * pngScale }).png({ compressionLevel: 9, palette: true }).toBuffer();
  await mkdir(directory, { recursive: true });
  const files = [join(directory, `${drawing.name}.svg`), join(directory, `${drawing.name}.png`)];
  await writeAtomically(files[0]!, svg);
  await writeAtomically(files[1]!, png);
  return files;
}
