import { arimo, fontOfPdf } from './pdf-font.ts';

/** Width of a text in pixels, as the figures' font has it. */
export type MeasureText = (text: string, fontSize: number) => number;

let measured: Promise<MeasureText> | undefined;

/**
 * Reads the font once. Vega alone, without a browser, guesses widths, and leaves too much room for legends and labels.
 */
export function measureText(): Promise<MeasureText> {
  measured ??= import('jspdf').then(async ({ jsPDF }) => {
    const document = new jsPDF({ unit: 'pt' });
    fontOfPdf(document, await arimo());
    const widths = new Map<string, number>();
    return (text, fontSize) => {
      let width = widths.get(text);
      if (width === undefined) widths.set(text, (width = document.getStringUnitWidth(text)));
      return width * fontSize;
    };
  });
  return measured;
}
