import type { EmbeddedSplit, EvaluationInput } from '../contracts/evaluator.ts';
import { AblateError } from '../errors/ablate-error.ts';
import { rowsByLabel } from './rows-by-label.ts';
import { rowsAt, type Labelled } from './labelled.ts';

/** What an open-set protocol compares. */
export interface Gallery {
  /** Enrolled images. */
  readonly gallery: Labelled;
  /** Images to be recognised. */
  readonly probes: Labelled;
  /** Images of nobody in question, beside the gallery. */
  readonly distractors: Labelled;
}

/** Rows by name of their source, so that what is chosen by order does not depend on how files were listed; as given without names. */
export function canonicalOrder(split: EmbeddedSplit): number[] {
  const order = Array.from(split.labels, (_, index) => index);
  if (!split.source) return order;
  const names = order.map((index) => split.source!(index));
  return order.sort((a, b) => (names[a]! < names[b]! ? -1 : names[a]! > names[b]! ? 1 : a - b));
}

const whole = (split: EmbeddedSplit): Labelled => ({ values: split.embeddings, dim: split.dim, labels: split.labels });

/**
 * The data set's gallery, probes and distractors. Where it has none of its own, or in validation, they come from the split under
 * evaluation: each class's first image (by source) is enrolled, its others are probes, and images of classes with one image, or of none, are
 * distractors.
 *
 * @returns undefined where the data set has neither
 * @throws AblateError DATA_INVALID where labels of gallery and probe mean different classes
 */
export async function galleryOf(input: EvaluationInput): Promise<Gallery | undefined> {
  const [gallery, probes] = input.role === 'validation' ? [] : [await input.split('gallery'), await input.split('probe')];
  if (gallery && probes) {
    if (gallery.classNames.length !== probes.classNames.length || gallery.classNames.some((name, label) => name !== probes.classNames[label])) {
      throw new AblateError('DATA_INVALID', 'The splits gallery and probe do not have the same list of classes, so their labels cannot be compared.', { remedy: 'Give both splits the same classNames.' });
    }
    const distractors = await input.split('distractors');
    return { gallery: whole(gallery), probes: whole(probes), distractors: distractors ? rowsAt(distractors, canonicalOrder(distractors)) : rowsAt(gallery, []) };
  }
  const split = await input.split(input.role);
  if (!split) return undefined;
  const images = rowsByLabel(split.labels, canonicalOrder(split));
  const alone = ([label, indices]: [number, number[]]): boolean => label < 0 || indices.length === 1;
  const classes = [...images].filter((entry) => !alone(entry)).map(([, indices]) => indices);
  return {
    gallery: rowsAt(split, classes.map(([first]) => first!)),
    probes: rowsAt(split, classes.flatMap(([, ...others]) => others)),
    distractors: rowsAt(split, [...images].filter(alone).flatMap(([, indices]) => indices)),
  };
}
