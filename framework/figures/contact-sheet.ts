import type { ImageShape } from '../contracts/dataset.ts';
import { fontFamily, ink, mutedInk, paper } from './figure-theme.ts';
import { measureText, type MeasureText } from './measure-text.ts';
import { sharpWithFont } from './sharp-with-font.ts';

/** One picture of a sheet: bytes, row-major `[height, width, channels]`. */
export interface SheetTile {
  readonly pixels: Uint8Array;
  readonly shape: ImageShape;
}

/** Pictures that belong together, such as one image at several epochs. */
export interface SheetRow {
  /** Stands above them. */
  readonly caption: string;
  /** As many as the section has columns. */
  readonly tiles: readonly SheetTile[];
}

/** Rows of pictures below one title. */
export interface SheetSection {
  readonly title: string;
  /** What each picture of a row is. */
  readonly columns: readonly string[];
  readonly rows: readonly SheetRow[];
}

/** Side of a picture, the space between two, and pictures that stand beside each other at most, in rows that fit. */
const [side, gap, across] = [112, 6, 10];
const margin = 16;
const [titleSize, columnSize, captionSize] = [15, 10, 10];

interface Text {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly color: string;
  readonly text: string;
}

/**
 * Draws sections of pictures one below another. Pictures are shown whole and as large as a square of 112 pixels: small
 * ones by repeating their pixels.
 *
 * @returns the image file's bytes
 */
export async function contactSheet(
  sections: readonly SheetSection[],
  format: 'png' | 'webp' | 'jpeg',
): Promise<Uint8Array> {
  const sharp = await sharpWithFont();
  const measure = await measureText();
  const texts: Text[] = [];
  const tiles: { readonly tile: SheetTile; readonly left: number; readonly top: number }[] = [];
  let [y, width] = [margin, 0];
  for (const { title, columns, rows } of sections) {
    texts.push({ x: margin, y: y + titleSize, size: titleSize, color: ink, text: title });
    width = Math.max(width, measure(title, titleSize));
    y += titleSize + 10;
    const span = columns.length * (side + gap) + gap;
    const beside = Math.max(1, Math.floor((across * (side + gap)) / span));
    for (let first = 0; first < rows.length; first += beside) {
      for (const [place, { caption, tiles: pictures }] of rows.slice(first, first + beside).entries()) {
        const x = margin + place * span;
        const line = (text: string, left: number, top: number, size: number, room: number, color: string): void => {
          texts.push({ x: left, y: top + size, size, color, text: shortened(text, room, size, measure) });
        };
        line(caption, x, y, captionSize, span - 2 * gap, mutedInk);
        for (const [column, tile] of pictures.entries()) {
          const left = x + column * (side + gap);
          line(columns[column]!, left, y + captionSize + 4, columnSize, side, ink);
          tiles.push({ tile, left, top: y + captionSize + columnSize + 10 });
          width = Math.max(width, left + side - margin);
        }
      }
      y += captionSize + columnSize + 10 + side + 10;
    }
    y += 8;
  }
  const size = { width: Math.ceil(width + 2 * margin), height: y + margin - 18 };
  const placed = await Promise.all(
    tiles.map(async ({ tile, left, top }) => {
      const { data, info } = await picture(sharp, tile);
      return {
        input: data,
        raw: { width: info.width, height: info.height, channels: info.channels },
        left: left + Math.floor((side - info.width) / 2),
        top: top + Math.floor((side - info.height) / 2),
      };
    }),
  );
  return sharp({ create: { ...size, channels: 3, background: paper } })
    .composite([...placed, { input: Buffer.from(svgOf(texts, size)), left: 0, top: 0 }])
    .toFormat(format, format === 'png' ? { compressionLevel: 9 } : { quality: 85 })
    .toBuffer();
}

function picture(
  sharp: Awaited<ReturnType<typeof sharpWithFont>>,
  { pixels, shape: [height, width, channels] }: SheetTile,
) {
  return sharp(pixels, { raw: { width, height, channels: channels as 1 | 3 } })
    .resize({
      width: side,
      height: side,
      fit: 'inside',
      kernel: Math.max(height, width) < side ? 'nearest' : 'lanczos3',
    })
    .toColorspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
}

/** A text cut to its room, its end kept: what tells files apart stands there. */
function shortened(text: string, room: number, size: number, measure: MeasureText): string {
  let shown = text;
  while (shown.length > 1 && measure(shown === text ? text : `…${shown}`, size) > room) shown = shown.slice(1);
  return shown === text ? text : `…${shown}`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function svgOf(texts: readonly Text[], { width, height }: { readonly width: number; readonly height: number }): string {
  const lines = texts.map(
    ({ x, y, size, color, text }) =>
      `<text x="${x}" y="${y}" font-size="${size}" fill="${color}" font-family="${escaped(fontFamily)}">${escaped(text)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">\n${lines.join('\n')}\n</svg>`;
}
