import type { FigurePanel } from '../contracts/figure.ts';
import type { Surroundings } from '../engine/compose.ts';
import { RandomStreams } from '../random/random-streams.ts';
import type { PluginUse } from '../spec/spec.ts';
import { renderFigure } from './render-figure.ts';

/**
 * Draws the spec's figures of some runs into a folder.
 *
 * @returns name and files of each figure that had something to draw
 */
export async function drawFigures(figures: readonly PluginUse[], panels: readonly FigurePanel[], directory: string, { catalogue, baseDirectory }: Surroundings): Promise<{ name: string; files: string[] }[]> {
  const drawn = [];
  for (const { plugin, options } of figures) {
    const { manifest } = await catalogue.load('figure', plugin, baseDirectory);
    const figure = await manifest.create(options, { streams: new RandomStreams(panels[0]?.input.seed ?? 0, `figures/${plugin}/`) });
    const drawing = await figure.draw(panels);
    if (drawing) drawn.push({ name: drawing.name, files: await renderFigure(drawing, directory) });
  }
  return drawn;
}
