import type { PictureSheet } from '../../contracts/evaluator.ts';
import { problemOf } from '../../base/errors/problem-of.ts';
import type { ReportedRun } from './reported-run.ts';

/** A sheet of small pictures in a page. */
export interface PageSheet extends Omit<PictureSheet, 'image'> {
  readonly url: string;
}

/** Bytes that pictures may take of a page; a sweep over seeds that draw other images has a sheet for each. */
const most = 2_500_000;

/**
 * Packs the pictures behind the runs' points, each sheet once, as many as there is room for; the first runs' before the
 * others'. `warn` hears of what cannot be read.
 */
export async function pictureSheets(
  runs: readonly ReportedRun[],
  warn: (message: string) => void,
): Promise<Record<string, PageSheet>> {
  const sheets: Record<string, PageSheet> = {};
  let bytes = 0;
  for (const { panel, title } of runs) {
    for (const role of ['test', 'pairs', 'probe', 'gallery'] as const) {
      try {
        const pictures = (await (await panel.input())?.split(role))?.pictures;
        if (!pictures || sheets[pictures.key]) continue;
        const { image, ...rest } = await pictures.sheet();
        if (bytes + image.length > most) return sheets;
        bytes += image.length;
        sheets[pictures.key] = { ...rest, url: `data:image/webp;base64,${Buffer.from(image).toString('base64')}` };
      } catch (cause) {
        warn(`${title}: the pictures of ${role} are left out: ${problemOf(cause)}`);
      }
    }
  }
  return sheets;
}
