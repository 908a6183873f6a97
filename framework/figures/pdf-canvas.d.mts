import type { View } from 'vega';

/** Draws a Vega view as a PDF of its own size, a pixel being 3/4 point. `font` is TrueType as base64. */
export function viewToPdf(view: View, jspdf: object, font: string): Promise<ArrayBuffer>;
