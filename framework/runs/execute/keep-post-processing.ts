import { join } from 'node:path';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { writeSafetensors } from '../../records/checkpoints/safetensors.ts';
import type { Session } from '../../training/engine/session.ts';

/** Gives the file in a run's folder that keeps what the post-processors of its evaluators learned. */
export const postProcessingFile = ({ directory }: Pick<RunFolder, 'directory'>): string =>
  join(directory, 'post-processing.safetensors');

/** Keeps what post-processors learned in the last evaluation; writes nothing where they learned nothing. */
export async function keepPostProcessing(
  folder: Pick<RunFolder, 'directory'>,
  evaluators: Session['evaluators'],
): Promise<void> {
  const tensors = evaluators.flatMap(({ after = [] }, evaluator) =>
    after.flatMap((step, place) =>
      Object.entries(step.learned?.() ?? {}).map(([name, { shape, values }]) => ({
        name: `${evaluator}/${place}/${name}`,
        dtype: 'float32' as const,
        shape: [...shape],
        data: values,
      })),
    ),
  );
  if (tensors.length === 0) return;
  await writeSafetensors(postProcessingFile(folder), tensors, { format: 'ablate-post-processing', version: '1' });
}
