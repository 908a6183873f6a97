import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { FigureDrawing, FigurePanel } from '../../contracts/figure.ts';
import { problemOf } from '../../base/errors/problem-of.ts';
import { drawingsOf, type DrawingContext } from '../../figures/draw-figures.ts';
import { figureVersion, themed } from '../../figures/render-figure.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import type { PluginUse } from '../../experiment/spec/spec.ts';
import { readRecordFile } from '../../records/journal/read-record-file.ts';
import type { ReportedRun } from './reported-run.ts';

/** A figure in a page. */
export interface PageFigure {
  readonly id: string;
  readonly drawing: Omit<FigureDrawing, 'frames'>;
  /** The run that it is of; undefined for those that set runs side by side. */
  readonly run?: string;
}

/** Most groups that stand side by side as panels; more would not be seen. */
const maxPanels = 12;
/** Points of all runs' own embedding pictures together, which the page's size depends on. */
const allPoints = 60_000;

/** Figures that every report tries, in the order of the page; panels of embeddings only for the first groups. */
const standard: readonly string[] = [
  'learning-curves',
  'sensitivity',
  'roc-det',
  'cmc',
  'angle-histogram',
  'embedding-scatter',
  'embedding-sphere',
  'embedding-projection',
  'confusion-matrix',
  'center-movement',
];
const ofPanels = new Set([
  'angle-histogram',
  'embedding-scatter',
  'embedding-sphere',
  'embedding-projection',
  'confusion-matrix',
  'center-movement',
]);
/** Such as say something of one run alone; each run drew its own when it ended. */
const ofOneRun = new Set(['confused-pairs', 'retrieval-gallery']);
/** Of each run alone, so that hundreds do not repeat what stands side by side. */
const pictures = ['embedding-scatter', 'embedding-sphere', 'embedding-projection'];

const isMap = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const isFinished = ({ summary }: ReportedRun): boolean => summary.status === 'finished';

function usesOf(runs: readonly ReportedRun[]): PluginUse[] {
  const given = ((runs[0]?.spec['figures'] as Readonly<Record<string, PluginUse['options']>>[] | undefined) ?? []).map(
    (use) => {
      const [[plugin, options]] = Object.entries(use) as [[string, PluginUse['options']]];
      return { plugin, options };
    },
  );
  const named = new Set(given.map(({ plugin }) => plugin));
  return [
    ...standard.flatMap((plugin) =>
      named.has(plugin) ? given.filter((use) => use.plugin === plugin) : [{ plugin, options: {} }],
    ),
    ...given.filter(({ plugin }) => !standard.includes(plugin) && !ofOneRun.has(plugin)),
  ];
}

/** Where each plugin's options come from: the schema's defaults, and fewer points where many runs share a page. */
async function completed(
  { plugin, options }: PluginUse,
  catalogue: Catalogue,
  baseDirectory: string,
  points?: number,
): Promise<PluginUse> {
  const { manifest } = await catalogue.load('figure', plugin, baseDirectory);
  const given = points !== undefined && pictures.includes(plugin) ? { ...options, points } : options;
  return { plugin, options: manifest.schema.parse(given) as PluginUse['options'] };
}

const rounded = (drawing: FigureDrawing): PageFigure['drawing'] => ({
  name: drawing.name,
  title: drawing.title,
  description: drawing.description,
  vega: themed(drawing.vega),
  table: drawing.table,
});

/**
 * Draws the figures that set the runs side by side: what the specs ask for, and what every report shows where there is
 * something to.
 */
export async function figuresTogether(
  runs: readonly ReportedRun[],
  catalogue: Catalogue,
  warn: (message: string) => void,
): Promise<PageFigure[]> {
  const finished = runs.filter(isFinished);
  const panels = (finished.length > 0 ? finished : runs).map(({ panel }) => panel);
  const groups = [...new Set(panels.map(({ group }) => group))];
  const first = new Set(groups.slice(0, maxPanels));
  const fewer = panels.filter(({ group }) => first.has(group));
  const baseDirectory = baseOf(runs[0]);
  const figures: PageFigure[] = [];
  for (const use of usesOf(runs)) {
    for (const drawing of await draw(use)) {
      const note =
        ofPanels.has(use.plugin) && groups.length > maxPanels
          ? ` The first ${maxPanels} of ${groups.length} are shown.`
          : '';
      figures.push({
        id: `f${figures.length}`,
        drawing: { ...rounded(drawing), description: `${drawing.description}${note}` },
      });
    }
  }
  return figures;

  async function draw(use: PluginUse): Promise<FigureDrawing[]> {
    const points = Math.round(Math.min(1500, Math.max(150, allPoints / 4 / Math.min(groups.length, maxPanels))));
    return drawn(use, ofPanels.has(use.plugin) ? fewer : panels, { catalogue, baseDirectory, warn, points });
  }
}

/** What a figure makes of some runs; nothing, with a warning, where its options are not what its plugin takes. */
async function drawn(
  use: PluginUse,
  panels: readonly FigurePanel[],
  { points, ...runContext }: DrawingContext & { readonly points: number },
): Promise<FigureDrawing[]> {
  try {
    return await drawingsOf(
      [await completed(use, runContext.catalogue, runContext.baseDirectory, points)],
      panels,
      runContext,
    );
  } catch (cause) {
    runContext.warn(`The figure ${use.plugin} could not be drawn: ${problemOf(cause)}`);
    return [];
  }
}

function baseOf(run: ReportedRun | undefined): string {
  return run?.provenance ? dirname(run.provenance.specFile) : process.cwd();
}

/** Lists each run's own figures: its embedding picture, drawn anew, then what it drew itself. */
export async function figuresOfRun(
  run: ReportedRun,
  count: number,
  catalogue: Catalogue,
  warn: (message: string) => void,
): Promise<PageFigure[]> {
  const points = Math.round(Math.min(1500, Math.max(150, allPoints / count)));
  const runContext = {
    catalogue,
    baseDirectory: baseOf(run),
    points,
    warn: (message: string) => warn(`${run.title}: ${message}`),
  };
  const drawings: FigureDrawing[] = [];
  for (const plugin of pictures) {
    if (drawings.length > 0) break;
    const given = usesOf([run]).find((use) => use.plugin === plugin)!;
    drawings.push(...(await drawn({ plugin, options: { ...given.options, width: 340 } }, [run.panel], runContext)));
  }
  const shown = new Set(drawings.map(({ name }) => name));
  for (const drawing of await savedDrawings(run, runContext.warn))
    if (!shown.has(drawing.name) && !drawing.name.startsWith('learning-curve')) drawings.push(drawing);
  return drawings.map((drawing, index) => ({ id: `${run.key}-f${index}`, run: run.key, drawing: rounded(drawing) }));
}

/** What a page takes for granted of a drawing that a run has kept. */
const savedDrawing = z.looseObject({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  vega: z
    .record(z.string(), z.unknown())
    .refine(
      ({ config, marks, layout }) =>
        [config, layout].every((part) => part === undefined || isMap(part)) &&
        (marks === undefined || (Array.isArray(marks) && marks.every(isMap))),
      'it is no specification of Vega',
    ),
  table: z.looseObject({
    columns: z.array(z.string()),
    rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
  }),
});

/**
 * Reads what a run drew when it ended. The run's own files are the record: a figure that is damaged is left out, with a
 * warning.
 */
async function savedDrawings({ folder }: ReportedRun, warn: (message: string) => void): Promise<FigureDrawing[]> {
  const names = (await readdir(folder.figures).catch(() => [] as string[]))
    .filter((name) => name.endsWith('.json'))
    .sort();
  const drawings: FigureDrawing[] = [];
  for (const name of names) {
    const file = join(folder.figures, name);
    try {
      drawings.push((await readRecordFile(file, { schema: savedDrawing, version: figureVersion, remedy: '' }))!);
    } catch (cause) {
      warn(`The figure ${name} is left out: ${problemOf(cause)}`);
    }
  }
  return drawings;
}
