import type { LossNeeds } from '../../contracts/loss.ts';
import { lossBatchCount } from './micro-batch-count.ts';
import type { ScoreKind } from '../../contracts/head.ts';
import { declared } from './declared.ts';
import type { FaultList } from './fault-list.ts';
import type { ResolvedLoss } from './resolve-loss.ts';
import type { ResolvedUse } from './resolve-use.ts';
import type { AugmentSpec, TrainSpec } from './spec.ts';

/** The plugins of a run whose fit is checked. */
export interface Pairing {
  readonly head: ResolvedUse<'head'> | null;
  readonly sampler: ResolvedUse<'sampler'>;
  readonly losses: readonly ResolvedLoss[];
  readonly evaluators: readonly ResolvedUse<'evaluator'>[];
  readonly train: Pick<TrainSpec, 'batch' | 'accumulate' | 'average' | 'ranks'>;
  readonly augment?: AugmentSpec | undefined;
}

const scoreWords: Readonly<Record<ScoreKind, string>> = { linear: 'logits', cosine: 'cosines' };

/**
 * Refuses plugins that do not fit together: what a loss needs of head and sampler, what an evaluator needs of the head.
 */
export function checkPairings({ head, sampler, losses, evaluators, train, augment }: Pairing, faults: FaultList): void {
  const given = head && declared(head, () => head.entry.manifest.gives(head.atStart), faults);
  const together = declared(sampler, () => sampler.entry.manifest.imagesPerClass?.(sampler.atStart) ?? 1, faults);
  const classes = declared(sampler, () => classesAtOnce(sampler, together ?? 1, train), faults);
  if (given === undefined || together === undefined || classes === undefined) return;
  for (const loss of losses) {
    const needs = declared(loss, () => loss.entry.manifest.needs?.(loss.atStart) ?? {}, faults) ?? {};
    checkScores(loss, needs, head, given, faults);
    checkViews(loss, needs, augment, faults);
    if (loss.use.classWeights && !needs.scores) {
      faults.add(loss.place, {
        path: `${loss.path}.classWeights`,
        message: `the loss "${loss.use.plugin}" compares images with each other, and class weights weigh the cross-entropy of a classification loss`,
        remedy: 'Take classWeights away; sampler: {class-balanced: {}} evens classes out for any loss',
      });
    }
    if (needs.teacher && !loss.use.teacher) {
      faults.add(loss.place, {
        path: loss.path,
        message: `the loss "${loss.use.plugin}" learns from a teacher, and none is named`,
        remedy: `Write {${loss.use.plugin}: {}, teacher: FILE}, the training images' embeddings as ablate embed writes them`,
      });
    }
    if (loss.use.teacher && !needs.teacher) {
      faults.add(loss.place, {
        path: `${loss.path}.teacher`,
        message: `the loss "${loss.use.plugin}" learns from no teacher`,
        remedy: 'Take teacher away',
      });
    }
    if (needs.averaged && !(train.average && 'ema' in train.average)) {
      faults.add(loss.place, {
        path: loss.path,
        message: `the loss "${loss.use.plugin}" compares with what an average of the weights gives, and ${train.average ? 'train.average averages the ends of epochs alone' : 'there is none'}`,
        remedy: 'Write train: {average: {ema: 0.99}}',
      });
    }
    if (needs.positives && together < 2) {
      faults.add(loss.place, {
        path: loss.path,
        message: `the loss "${loss.use.plugin}" compares images of one class, and the sampler "${sampler.use.plugin}" does not put two of each into a batch`,
        remedy: 'Write sampler: {p-k: {imagesPerClass: 4}}',
      });
    }
    if (needs.negatives && classes < 2) {
      const parts = lossBatchCount(train);
      faults.add(loss.place, {
        path: loss.path,
        message: `the loss "${loss.use.plugin}" compares images of different classes, and the sampler "${sampler.use.plugin}" puts one class into ${parts > 1 ? `each of the ${parts} parts of a batch` : 'a batch'}`,
        remedy:
          parts > 1
            ? 'Lower train.accumulate, or raise train.batch'
            : `Set train.batch to at least ${2 * together}, and leave sampler.${sampler.use.plugin}.classesPerBatch out`,
      });
    }
  }
  const needed = losses.map((loss) => loss.entry.manifest.needs?.(loss.atStart)?.views ?? 1);
  if (augment?.views && needed.every((views) => views === 1))
    faults.add(losses[0]!.place, {
      path: 'augment.views',
      message: `each image is seen in ${augment.views} views, and ${losses.length > 1 ? 'every loss takes' : `the loss "${losses[0]!.use.plugin}" takes`} one`,
      remedy: 'Take augment.views away, or take a loss that compares views',
    });
  if (augment?.mix && train.ranks)
    faults.add(losses[0]!.place, {
      path: 'augment.mix',
      message: 'images are mixed with those of other ranks, which train.ranks leaves apart',
      remedy: 'Take augment.mix or train.ranks away',
    });
  for (const evaluator of evaluators) {
    if (evaluator.entry.manifest.predictions && !head) {
      faults.add(evaluator.place, {
        path: evaluator.path,
        message: `the evaluator "${evaluator.use.plugin}" needs predicted classes, and there is no head to predict them`,
        remedy: 'Write head: {linear: {}}, or remove this evaluator',
      });
    }
  }
}

/**
 * Classes of which a loss sees images at once at least, in a batch or in a part of one; two where the sampler does not
 * say.
 */
function classesAtOnce(sampler: Pairing['sampler'], together: number, train: Pairing['train']): number {
  const parts = lossBatchCount(train);
  const inBatch = sampler.entry.manifest.classesPerBatch?.(sampler.atStart, train.batch);
  if (inBatch === undefined) return 2;
  return parts === 1 ? inBatch : Math.min(inBatch, Math.ceil(Math.floor(train.batch / parts) / together));
}

function checkScores(
  loss: ResolvedLoss,
  needs: LossNeeds,
  head: Pairing['head'],
  given: { scores: ScoreKind; subCenters: number } | null,
  faults: FaultList,
): void {
  if (!needs.scores) return;
  const name = `the loss "${loss.use.plugin}"`;
  const wanted = scoreWords[needs.scores];
  if (!head || !given) {
    faults.add(loss.place, {
      path: loss.path,
      message: `${name} works on ${wanted}, and there is no head to give them`,
      remedy: `Write head: {${needs.scores}: {}}`,
    });
  } else if (given.scores !== needs.scores) {
    faults.add(loss.place, {
      path: loss.path,
      message: `${name} works on ${wanted}, and the head "${head.use.plugin}" gives ${scoreWords[given.scores]}`,
      remedy: `Write head: {${needs.scores}: {}}, or take a loss that works on ${scoreWords[given.scores]}`,
    });
  } else if (needs.subCenters !== undefined && given.subCenters !== needs.subCenters) {
    faults.add(loss.place, {
      path: loss.path,
      message: `${name} needs ${needs.subCenters} sub-centers a class, and the head "${head.use.plugin}" has ${given.subCenters}`,
      remedy: `Write head: {${head.use.plugin}: {subCenters: ${needs.subCenters}}}`,
    });
  }
}

/** What a loss makes of several views, and of images that are mixed. */
function checkViews(
  loss: ResolvedLoss,
  { views = 1, scores, positives, negatives }: LossNeeds,
  augment: AugmentSpec | undefined,
  faults: FaultList,
): void {
  const name = `the loss "${loss.use.plugin}"`;
  if (views > 1 && views !== (augment?.views ?? 1))
    faults.add(loss.place, {
      path: loss.path,
      message: `${name} compares ${views} views of each image, and there ${augment?.views ? `are ${augment.views}` : 'is one'}`,
      remedy: `Write augment: {views: ${views}, train: [random-resized-crop: {size: 32}]}`,
    });
  if (augment?.mix && !scores && (views === 1 || positives || negatives))
    faults.add(loss.place, {
      path: loss.path,
      message: `${name} compares images by their class, and mixed images are of two`,
      remedy: 'Take augment.mix away, or take a classification loss',
    });
}
