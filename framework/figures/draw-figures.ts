import type { FigureDrawing, FigurePanel } from '../contracts/figure.ts';
import type { RunContext } from '../training/engine/run-context.ts';
import { AblateError } from '../base/errors/ablate-error.ts';
import { makeComponent } from '../plugins/make-component.ts';
import { RandomStreams } from '../base/random/random-streams.ts';
import type { PluginUse } from '../experiment/spec/spec.ts';
import { renderFigure } from './render-figure.ts';

/** Where figures are found, and who hears that one could not be drawn. */
export interface DrawingContext extends Pick<RunContext, 'catalogue' | 'baseDirectory'> {
  readonly warn: (message: string) => void;
}

/** A picture that fails must not cost the run that it is of; a full disk is another matter. */
async function guarded<T>(
  figure: string,
  warn: (message: string) => void,
  draw: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await draw();
  } catch (cause) {
    if (cause instanceof AblateError && cause.code === 'DISK_FULL') throw cause;
    warn(`The figure ${figure} could not be drawn: ${cause instanceof Error ? cause.message : String(cause)}`);
    return undefined;
  }
}

/** Draws what figures make of some runs; a drawing whose name another has already gets a number. */
export async function drawingsOf(
  figures: readonly PluginUse[],
  panels: readonly FigurePanel[],
  { catalogue, baseDirectory, warn }: DrawingContext,
): Promise<FigureDrawing[]> {
  const drawn: FigureDrawing[] = [];
  for (const { plugin, options } of figures) {
    const made =
      (await guarded(plugin, warn, async () => {
        const entry = await catalogue.load('figure', plugin, baseDirectory);
        const figure = await makeComponent(entry, options, {
          streams: new RandomStreams(panels[0]?.seed ?? 0, `figures/${plugin}/`),
        });
        return (await figure.draw(panels)) ?? [];
      })) ?? [];
    for (const drawing of Array.isArray(made) ? (made as readonly FigureDrawing[]) : [made as FigureDrawing]) {
      const same = drawn.filter(({ name }) => name.replace(/-\d+$/, '') === drawing.name).length;
      drawn.push(same === 0 ? drawing : { ...drawing, name: `${drawing.name}-${same + 1}` });
    }
  }
  return drawn;
}

/**
 * Draws the spec's figures of some runs into a folder.
 *
 * @returns name and files of each figure that had something to draw
 */
export async function drawFigures(
  figures: readonly PluginUse[],
  panels: readonly FigurePanel[],
  directory: string,
  runContext: DrawingContext,
): Promise<{ name: string; files: string[] }[]> {
  const drawn = [];
  for (const drawing of await drawingsOf(figures, panels, runContext)) {
    const files = await guarded(drawing.name, runContext.warn, () => renderFigure(drawing, directory));
    if (files) drawn.push({ name: drawing.name, files });
  }
  return drawn;
}
