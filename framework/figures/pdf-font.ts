import { readFile } from 'node:fs/promises';
import type { jsPDF } from 'jspdf';

let read: Promise<string> | undefined;

/**
 * Reads the figures' font as base64: Arimo, cut to Latin, Greek, punctuation and the signs of formulas. Publishers ask
 * that a PDF carries its fonts.
 */
export function arimo(): Promise<string> {
  read ??= readFile(new URL('./fonts/arimo.ttf', import.meta.url), 'base64');
  return read;
}

/** Gives a PDF the font and chooses it. */
export function fontOfPdf(document: jsPDF, base64: string): void {
  document.addFileToVFS('arimo.ttf', base64);
  document.addFont('arimo.ttf', 'Arimo', 'normal');
  document.setFont('Arimo', 'normal');
}
