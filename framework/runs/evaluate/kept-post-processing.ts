import { access } from 'node:fs/promises';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import type { InnerUse } from '../../contracts/plugin.ts';
import type { EmbeddingRows, PostProcessor } from '../../contracts/post-processor.ts';
import type { RunSpec } from '../../experiment/spec/spec.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { makeComponent } from '../../plugins/make-component.ts';
import { resolveInnerUse } from '../../plugins/resolve-inner-use.ts';
import { readSafetensors } from '../../records/checkpoints/safetensors.ts';
import { postProcessingFile } from '../execute/keep-post-processing.ts';
import type { PastRun } from './read-run.ts';

/** What an evaluator of a spec has embeddings go through. */
const afterOf = (options: object): readonly InnerUse[] => (options as { after?: readonly InnerUse[] }).after ?? [];

/** Lists what the evaluators of a spec have embeddings go through, by the evaluator's name. */
export function postProcessingOf(spec: RunSpec): Record<string, readonly InnerUse[]> {
  return Object.fromEntries(
    spec.evaluate.flatMap(({ plugin, options }) => (afterOf(options).length > 0 ? [[plugin, afterOf(options)]] : [])),
  );
}

/**
 * Makes what an evaluator of a run has each embedding go through, as it was learned when the run was tested.
 *
 * @param evaluator its name in the run's spec
 * @throws AblateError USAGE where the spec has no such evaluator or it changes nothing, or a step looks for neighbors;
 * RUN_FOLDER where the run was not tested yet
 */
export async function keptPostProcessing(
  { folder, spec, baseDirectory }: PastRun,
  evaluator: string,
  catalogue: Catalogue,
): Promise<(rows: EmbeddingRows) => Promise<EmbeddingRows>> {
  const place = spec.evaluate.findIndex(({ plugin, options }) => plugin === evaluator && afterOf(options).length > 0);
  if (place < 0) {
    const names = Object.keys(postProcessingOf(spec));
    throw new AblateError('USAGE', `No evaluator "${evaluator}" of the run in ${folder.directory} has \`after\`.`, {
      remedy: names.length > 0 ? `Name one of ${names.join(', ')}.` : 'Leave --after out.',
    });
  }
  const file = postProcessingFile(folder);
  const steps: PostProcessor[] = [];
  for (const [index, use] of afterOf(spec.evaluate[place]!.options).entries()) {
    const { plugin, entry, options } = await resolveInnerUse('post-processor', use, { catalogue, baseDirectory });
    const step = await makeComponent(entry, options, { streams: new RandomStreams(spec.seed) });
    if (step.expands)
      throw new AblateError('USAGE', `"${plugin}" of ${evaluator}.after needs the gallery that is searched.`, {
        remedy: 'Embed without --after, and evaluate the embeddings with it.',
      });
    if (step.restore) step.restore(await learnedOf(file, `${place}/${index}/`));
    steps.push(step);
  }
  return async (rows) => {
    let changed = rows;
    for (const step of steps) changed = await step.apply(changed);
    return changed;
  };
}

/** @throws AblateError RUN_FOLDER where nothing was kept */
async function learnedOf(file: string, prefix: string) {
  await access(file).catch((cause: Error) => {
    throw new AblateError('RUN_FOLDER', `${file} is not there: the run was not tested yet.`, {
      cause,
      remedy: 'Let the run finish: post-processors are fitted when it is tested.',
    });
  });
  const { tensors } = await readSafetensors(file, true);
  return Object.fromEntries(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, { shape, data }]) => [name.slice(prefix.length), { shape, values: data as Float32Array }]),
  );
}
