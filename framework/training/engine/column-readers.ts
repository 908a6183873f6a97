import type { LossNeeds } from '../../contracts/loss.ts';
import type { Progress } from '../../contracts/schedule.ts';
import type { ReadsColumns } from '../../contracts/plugin.ts';
import type { LossUse, PluginUse, RunSpec } from '../../experiment/spec/spec.ts';
import { liveOptions } from './live-options.ts';
import type { ColumnReader } from './require-columns.ts';
import type { RunContext } from './run-context.ts';

const beginning: Progress = { step: 0, steps: 1, epoch: 0, epochs: 1 };

type Plugins = Pick<RunContext, 'catalogue' | 'baseDirectory'>;

/** Asks what a loss of a spec needs, with its scheduled options at their start. */
export async function lossNeeds(
  { plugin, options }: PluginUse,
  { catalogue, baseDirectory }: Plugins,
): Promise<LossNeeds> {
  const { manifest } = await catalogue.load('loss', plugin, baseDirectory);
  return manifest.needs?.(liveOptions(options, beginning) as never) ?? {};
}

/** Lists the plugins of a spec that read columns of the data set. */
export async function columnReaders(spec: RunSpec, plugins: Plugins): Promise<ColumnReader[]> {
  const { catalogue, baseDirectory } = plugins;
  const reader = async (
    kind: 'sampler' | 'evaluator' | 'figure',
    { plugin, options }: PluginUse,
    path: string,
  ): Promise<ColumnReader> => {
    const { manifest } = await catalogue.load(kind, plugin, baseDirectory);
    return { path, plugin, columns: (manifest as ReadsColumns<unknown>).columns?.(options) };
  };
  const loss = async (use: LossUse, index: number): Promise<ColumnReader> => ({
    path: `losses.${index}`,
    plugin: use.plugin,
    columns: {
      ...(await lossNeeds(use, plugins)).columns,
      ...(use.rowWeights && { [use.rowWeights]: 'number' as const }),
    },
  });
  return Promise.all([
    reader('sampler', spec.sampler, 'sampler'),
    ...spec.losses.map(loss),
    ...spec.evaluate.map((use, index) => reader('evaluator', use, `evaluate.${index}`)),
    ...spec.figures.map((use, index) => reader('figure', use, `figures.${index}`)),
  ]);
}
