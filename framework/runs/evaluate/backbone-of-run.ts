import { cacheDirectory } from '../../base/system/cache-directory.ts';
import type { Backbone } from '../../contracts/backbone.ts';
import type { ImageShape } from '../../contracts/dataset.ts';
import type { Parameter } from '../../contracts/parameter.ts';
import { normalizedBackbone } from '../../training/engine/normalized-backbone.ts';
import { qualified } from '../../training/engine/qualified.ts';
import { averageCount, averagePrefix } from '../../training/engine/weight-average.ts';
import { restore } from '../../training/engine/restore.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { makeComponent } from '../../plugins/make-component.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { checkpointOf, type PastRun } from './read-run.ts';

/** A run's backbone with the weights of one of its checkpoints. */
export interface BackboneOfRun {
  readonly backbone: Backbone;
  /** Its parameters under the names of the checkpoint: `backbone/stage1/…`. */
  readonly parameters: readonly Parameter[];
  /** Training steps of the checkpoint. */
  readonly step: number;
  dispose(): void;
}

/** Which checkpoint, and where plugins are found. */
export interface BackboneRequest {
  readonly catalogue: Catalogue;
  readonly imageShape: ImageShape;
  /** A checkpoint's file; the run's newest where it is left out. */
  readonly checkpoint?: string | undefined;
  readonly warn: (message: string) => void;
}

/**
 * Makes a run's backbone again, without its data set. The device must have been chosen.
 *
 * @throws AblateError RUN_FOLDER where the run has no checkpoint; CHECKPOINT_INVALID
 */
export async function backboneOfRun(
  run: PastRun,
  { catalogue, imageShape, checkpoint: file, warn }: BackboneRequest,
): Promise<BackboneOfRun> {
  const { spec, baseDirectory } = run;
  const checkpoint = await checkpointOf(run, file, warn);
  const entry = await catalogue.load('backbone', spec.backbone.plugin, baseDirectory);
  const made = await makeComponent(entry, spec.backbone.options, {
    streams: new RandomStreams(spec.seed).scoped('backbone'),
    imageShape,
    baseDirectory,
    cacheDirectory: cacheDirectory(),
  });
  const backbone = normalizedBackbone(made, spec.backbone.normalize, imageShape);
  const parameters = qualified('backbone', backbone.parameters);
  const dispose = (): void => {
    for (const { variable } of parameters) variable.dispose();
  };
  try {
    const { average } = spec.train;
    const isAveraged = average !== undefined && checkpoint.tensors.get(averageCount)!.data[0]! > 0;
    if (average)
      warn(isAveraged ? 'The average of the weights is taken.' : 'The weights are taken: their average has not begun.');
    const prefix = isAveraged ? averagePrefix : '';
    const own = <T>(tensors: ReadonlyMap<string, T> = new Map()): Map<string, T> =>
      new Map(
        [...tensors]
          .filter(([name]) => name.startsWith(`${prefix}backbone/`))
          .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
      );
    await restore(parameters, { tensors: own(checkpoint.tensors), large: own(checkpoint.large) });
  } catch (error) {
    dispose();
    throw error;
  }
  return { backbone, parameters, step: checkpoint.position.step, dispose };
}
