import { naturalOrder } from './natural-order.ts';

/** Names and classes of images by row, before they are split. */
export interface LabeledImages {
  readonly length: number;
  /** Name of an image within the data set. */
  name(row: number): string;
  /** Class of each row, −1 for none. */
  readonly labels: Int32Array;
  /** Name of each class; what stands before its last `/` is its group. */
  readonly classNames: readonly string[];
}

/** Assigns labels to rows by the name of their class, classes in natural order. */
export function labelByClass(
  length: number,
  classOf: (row: number) => string,
): Pick<LabeledImages, 'labels' | 'classNames'> {
  const names = Array.from({ length }, (_, row) => classOf(row));
  const classNames = [...new Set(names)].sort(naturalOrder);
  const index = new Map(classNames.map((name, label) => [name, label]));
  return { labels: Int32Array.from(names, (name) => index.get(name)!), classNames };
}
