import type { Dataset, Role } from '../contracts/dataset.ts';

const roles: readonly Role[] = ['train', 'validation', 'test', 'gallery', 'probe', 'distractors', 'pairs'];

/**
 * The split of a data set as text, to be kept with a run: for each role that it has, the names of its images, one a line.
 * The lists of training, validation and test can be given back as `split: {by: list, …}`.
 */
export function splitLists({ split }: Pick<Dataset, 'split'>): ReadonlyMap<Role, string> {
  const lists = new Map<Role, string>();
  for (const role of roles) {
    const images = split(role);
    if (!images?.source) continue;
    const names = Array.from({ length: images.length }, (_, index) => images.source!(index));
    lists.set(role, `# ablate split list 1: ${role}, ${images.length} images\n${names.join('\n')}\n`);
  }
  return lists;
}
