import { existsSync } from 'node:fs';

const fileIn = (folder: string, name: string): URL[] =>
  [new URL(`${folder}/${name}.json`, import.meta.url)].filter((file) => existsSync(file));

/** Cases worked by hand, in the reference cases' layout, where those leave something out. */
export const handWorkedFiles = (name: string): URL[] => fileIn('./cases', name);

/** Every file of cases of a loss. */
export const referenceFiles = (name: string): URL[] => [
  ...fileIn('../../reference/vectors', name),
  ...handWorkedFiles(name),
];
