import { z } from 'zod';
import { AblateError } from '../base/errors/ablate-error.ts';
import type { Role } from '../contracts/dataset.ts';
import type { EmbeddedSplit, EvaluationInput, Evaluator } from '../contracts/evaluator.ts';
import type { EvaluatorContext, InnerUse, PartUse } from '../contracts/plugin.ts';
import type { EmbeddingRows, PostProcessor } from '../contracts/post-processor.ts';
import { innerUseSchema } from './inner-use-schema.ts';

/** Option by which an evaluator is told what embeddings go through before they are compared. */
export const afterOption = z
  .array(innerUseSchema)
  .default([])
  .describe('post-processors that embeddings go through, in their order, fitted on training images');

/** Lists the plugins that `after` names, for an evaluator's manifest. */
export const afterParts = ({ after }: { readonly after: readonly InnerUse[] }): PartUse[] =>
  after.map((use) => ({ kind: 'post-processor', use }));

/**
 * Gives an evaluator whose embeddings go through the post-processors that `after` names. Each evaluation fits them
 * anew, on what those before them make of training images.
 *
 * @param pairsAlone whether pairs are compared, whose images have no gallery: what looks for neighbors is refused
 * @throws AblateError PLUGIN_NOT_FOUND, PLUGIN_OPTIONS
 */
export async function postProcessed(
  evaluator: Evaluator,
  after: readonly InnerUse[],
  { component }: Pick<EvaluatorContext, 'component'>,
  pairsAlone = false,
): Promise<Evaluator> {
  if (after.length === 0) return evaluator;
  if (!component)
    throw new AblateError('PLUGIN_OPTIONS', 'The post-processors of an evaluator cannot be made here.', {
      remedy: 'Give a context with component.',
    });
  const steps: PostProcessor[] = [];
  for (const use of after) {
    const made = await component('post-processor', use);
    if (pairsAlone && made.expands)
      throw new AblateError(
        'PLUGIN_OPTIONS',
        `after: ${JSON.stringify(use)} changes embeddings by their neighbors in a gallery, and pairs have none.`,
        { remedy: 'Leave it out here; retrieval and identification have galleries.' },
      );
    steps.push(made);
  }
  return {
    async evaluate(input) {
      await fitAll(steps, input);
      return evaluator.evaluate(processed(steps, input));
    },
  };
}

const rowsOf = ({ embeddings, dim }: EmbeddedSplit): EmbeddingRows => ({ values: embeddings, dim });

/** @throws AblateError DATA_INVALID where something must be fitted and there are no training images */
async function fitAll(steps: readonly PostProcessor[], input: EvaluationInput): Promise<void> {
  if (!steps.some(({ fit }) => fit)) return;
  const split = await input.split('train');
  if (!split)
    throw new AblateError(
      'DATA_INVALID',
      'A post-processor is fitted on training images, and there are none: embeddings from a file have no such rows.',
      { remedy: 'Evaluate the run itself, or leave it out of `after`.' },
    );
  let rows = rowsOf(split);
  for (const step of steps) {
    await step.fit?.(rows);
    if (!step.expands) rows = await step.apply(rows);
  }
}

/** Roles that are searched in, one after another. */
const galleryRoles: readonly Role[] = ['gallery', 'distractors'];

function processed(steps: readonly PostProcessor[], input: EvaluationInput): EvaluationInput {
  const known = new Map<string, Promise<EmbeddedSplit | undefined>>();
  /** A split after the first `count` steps. */
  const after = (count: number, role: Role, mirrored: boolean): Promise<EmbeddedSplit | undefined> => {
    const key = `${count} ${role} ${mirrored}`;
    if (!known.has(key))
      known.set(key, count === 0 ? input.split(role, mirrored) : stepped(steps[count - 1]!, count - 1, role, mirrored));
    return known.get(key)!;
  };
  async function stepped(step: PostProcessor, before: number, role: Role, mirrored: boolean) {
    const split = await after(before, role, mirrored);
    if (!split) return undefined;
    const rows = rowsOf(split);
    if (!step.expands) return changed(split, await step.apply(rows));
    const isGallery = galleryRoles.includes(role);
    const isAlone = !isGallery && role !== 'probe';
    if (!isAlone && (step.expands === 'gallery') !== isGallery) return split;
    if (isAlone) return changed(split, await step.apply(rows, { gallery: rows, leaveOneOut: true }));
    const parts = await Promise.all(galleryRoles.map((one) => after(before, one, mirrored)));
    const gallery = joined(parts.filter((part) => part !== undefined).map(rowsOf));
    if (!isGallery) return changed(split, await step.apply(rows, { gallery, leaveOneOut: false }));
    const { values, dim } = await step.apply(gallery, { gallery, leaveOneOut: true });
    const begin = role === 'gallery' ? 0 : (parts[0]?.labels.length ?? 0);
    return changed(split, { values: values.subarray(begin * dim, (begin + split.labels.length) * dim), dim });
  }
  return {
    ...input,
    split: (role, mirrored = false) => after(steps.length, role, mirrored),
    async pairs(mirrored = false) {
      const pairs = await input.pairs(mirrored);
      if (!pairs) return undefined;
      let rows = rowsOf(pairs.images);
      for (const step of steps) if (!step.expands) rows = await step.apply(rows);
      return { ...pairs, images: changed(pairs.images, rows) };
    },
  };
}

/** The same rows with other embeddings. */
function changed(split: EmbeddedSplit, { values, dim }: EmbeddingRows): EmbeddedSplit {
  return { ...split, embeddings: values, dim };
}

function joined(parts: readonly EmbeddingRows[]): EmbeddingRows {
  if (parts.length === 1) return parts[0]!;
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.values.length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.values.length;
  }
  return { values, dim: parts[0]!.dim };
}
