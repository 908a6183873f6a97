import type { EmbeddedSplit, EvaluationInput } from '../../contracts/evaluator.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { rowsByLabel } from './rows-by-label.ts';
import { groupColumn, labeledRows, rowsAt, type Labeled } from './labeled.ts';

/** What an open-set protocol compares. */
export interface Gallery {
  /** Enrolled images. */
  readonly gallery: Labeled;
  /** Images to be recognized. */
  readonly probes: Labeled;
  /** Images of nobody in question, beside the gallery. */
  readonly distractors: Labeled;
}

/** Returns the classes that a gallery knows; an image of no class enrolls nobody. */
export function enrolledClasses({ gallery }: Pick<Gallery, 'gallery'>): ReadonlySet<number> {
  return new Set(gallery.labels.filter((label) => label >= 0));
}

/**
 * Sorts rows by name of their source, so that what is chosen by order does not depend on how files were listed; as
 * given without names.
 */
export function canonicalOrder(split: EmbeddedSplit): number[] {
  const order = Array.from(split.labels, (_, index) => index);
  if (!split.source) return order;
  const names = order.map((index) => split.source!(index));
  return order.sort((a, b) => (names[a]! < names[b]! ? -1 : names[a]! > names[b]! ? 1 : a - b));
}

/** Who is enrolled where the data set does not say. */
export interface Enrolment {
  /** Share of the classes with two images or more that are enrolled; all images of the others are distractors. */
  readonly share: number;
  /** Draws those classes; the order of classes and images does not depend on how files were listed. */
  readonly seed: number;
}

/**
 * Gives the data set's gallery, probes and distractors. Where it has none of its own, or in validation, they come from
 * the split under evaluation: each class's first image (by source) is enrolled, its others are probes, and images of
 * classes that are not enrolled, that have one image, or of none, are distractors.
 *
 * @param column of labels, whose numbers become the rows' `groups`
 * @returns undefined where the data set has neither
 * @throws AblateError DATA_INVALID where labels of gallery and probe mean different classes
 */
export async function galleryOf(
  input: EvaluationInput,
  { share, seed }: Enrolment = { share: 1, seed: 0 },
  column?: string,
): Promise<Gallery | undefined> {
  const [gallery, probes] =
    input.role === 'validation' ? [] : [await input.split('gallery'), await input.split('probe')];
  if (gallery && probes) {
    if (
      gallery.classNames.length !== probes.classNames.length ||
      gallery.classNames.some((name, label) => name !== probes.classNames[label])
    ) {
      throw new AblateError(
        'DATA_INVALID',
        'The splits gallery and probe do not have the same list of classes, so their labels cannot be compared.',
        { remedy: 'Give both splits the same classNames.' },
      );
    }
    const distractors = await input.split('distractors');
    return {
      gallery: labeledRows(gallery, column),
      probes: labeledRows(probes, column),
      distractors: distractors ? rowsAt(distractors, canonicalOrder(distractors), column) : rowsAt(gallery, [], column),
    };
  }
  const split = await input.split(input.role);
  if (!split) return undefined;
  const images = rowsByLabel(split.labels, canonicalOrder(split));
  const several = [...images].filter(([label, indices]) => label >= 0 && indices.length > 1).map(([label]) => label);
  const enrolled = new Set(
    share < 1
      ? new RandomStreams(seed)
          .stream('enrolment')
          .shuffle(several)
          .slice(0, Math.round(share * several.length))
      : several,
  );
  const classes = [...images].filter(([label]) => enrolled.has(label)).map(([, indices]) => indices);
  return {
    gallery: rowsAt(
      split,
      classes.map(([first]) => first!),
      column,
    ),
    probes: rowsAt(
      split,
      classes.flatMap(([, ...others]) => others),
      column,
    ),
    distractors: rowsAt(
      split,
      [...images].filter(([label]) => !enrolled.has(label)).flatMap(([, indices]) => indices),
      column,
    ),
  };
}

/** Gives the names that the `groups` of a gallery's rows count; undefined where no column was asked for. */
export async function groupNames(
  input: EvaluationInput,
  column: string | null,
): Promise<readonly string[] | undefined> {
  if (column === null) return undefined;
  // A number means the same name in every split.
  const split = (await input.split(input.role)) ?? (await input.split('probe'));
  return split && groupColumn(split, column).names;
}
