import type { EmbeddedPairs, EmbeddedSplit, Random } from 'ablate-ml';
import { canonicalOrder, rowsByLabel } from 'ablate-ml/metrics';

/**
 * Draws pairs within folds of classes, as LFW's are: the classes are dealt to the folds, and each fold has as many
 * pairs of one class as of two. Pairs may repeat where there are few images.
 *
 * @returns undefined where fewer than two folds have two classes, one of them with two images
 */
export function samplePairs(
  split: EmbeddedSplit,
  pairs: number,
  folds: number,
  random: Random,
): EmbeddedPairs | undefined {
  const images = rowsByLabel(split.labels, canonicalOrder(split));
  const labels = [...images.keys()].filter((label) => label >= 0).sort((a, b) => a - b);
  const classes = random.shuffle(labels).map((label) => images.get(label)!);
  const several = classes.filter(({ length }) => length > 1);
  const single = classes.filter(({ length }) => length === 1);
  const used = Math.min(folds, several.length, Math.floor(classes.length / 2));
  if (used < 2) return undefined;
  const dealt = Array.from({ length: used }, (_, fold) =>
    [...several, ...single].filter((_class, index) => index % used === fold),
  );
  const draw = (list: readonly number[]): number => list[random.integer(list.length)]!;
  const each = Math.max(1, Math.floor(pairs / (2 * used)));
  const [left, right, same, fold]: number[][] = [[], [], [], []];
  const add = (a: number, b: number, isSame: number, index: number): void => {
    left!.push(a);
    right!.push(b);
    same!.push(isSame);
    fold!.push(index);
  };
  dealt.forEach((members, index) => {
    const own = members.filter(({ length }) => length > 1);
    for (let count = 0; count < each; count++) {
      const matching = own[random.integer(own.length)]!;
      const [first, second] = random.shuffle([...matching.keys()]);
      add(matching[first!]!, matching[second!]!, 1, index);
      const one = random.integer(members.length);
      const other = (one + 1 + random.integer(members.length - 1)) % members.length;
      add(draw(members[one]!), draw(members[other]!), 0, index);
    }
  });
  return {
    images: split,
    left: Int32Array.from(left!),
    right: Int32Array.from(right!),
    same: Uint8Array.from(same!),
    fold: Int32Array.from(fold!),
  };
}
