import type { Dataset, Role } from '../../contracts/dataset.ts';

/** First line of a list, without what follows the version. */
export const splitListMark = '# ablate split list ';
/** Version of the lists. */
export const splitListVersion = 1;

const roles: readonly Role[] = ['train', 'validation', 'test', 'gallery', 'probe', 'distractors', 'pairs'];

/**
 * Writes the split of a data set as text, to be kept with a run: for each role that it has, the names of its images,
 * one a line. The lists of training, validation and test can be given back as `split: {by: list, train:
 * split/train.txt, …}`.
 */
export function splitLists(dataset: Pick<Dataset, 'split'>): ReadonlyMap<Role, string> {
  const lists = new Map<Role, string>();
  for (const role of roles) {
    const images = dataset.split(role);
    if (!images?.source) continue;
    const names = Array.from({ length: images.length }, (_, index) => images.source!(index));
    lists.set(role, `${splitListMark}${splitListVersion}: ${role}, ${images.length} images\n${names.join('\n')}\n`);
  }
  return lists;
}
