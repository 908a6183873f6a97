import type { LabelColumn } from '../../contracts/column.ts';
import type { Dataset, Split } from '../../contracts/dataset.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { columnKinds, namedColumns } from './columns.ts';

/** The column that is the class: of all images, or of those of training and of all others. */
export type ClassChoice = string | { readonly train?: string; readonly test?: string };

/** Labels of a split by one meaning of class. */
interface Labeling {
  /** What they are numbers of: a column's name, or `class` for the data set's own classes. */
  readonly space: string;
  readonly labels: Int32Array;
  readonly names: readonly string[];
}

/**
 * Replaces the labels of a data set by what a column says, so that training and evaluation may know classes of two
 * kinds. The data set's own classes become the column `class`. Labels of two columns never mean the same class.
 *
 * @throws AblateError SPEC_INVALID where there is no such column of labels; DATA_INVALID where a training image has
 * none
 */
export function relabeledDataset(dataset: Dataset, choice: ClassChoice | undefined): Dataset {
  if (choice === undefined) return dataset;
  const { train: inTraining, test: elsewhere } = typeof choice === 'string' ? { train: choice, test: choice } : choice;
  const labelingOf = (split: Split): Labeling => {
    const training = split.role === 'train';
    const name = training ? inTraining : elsewhere;
    if (name === undefined || name === 'class')
      return { space: 'class', labels: split.labels, names: split.classNames };
    const { values, names } = labelsOf(
      split,
      name,
      `dataset.class${typeof choice === 'string' ? '' : training ? '.train' : '.test'}`,
    );
    return { space: name, labels: values, names };
  };
  const training = dataset.split('train');
  const trained = training && labelingOf(training);
  const order = trained ? present(trained) : [];
  if (trained) requireLabels(training, trained);
  const made = new Map<Split, Split>();
  const relabeled = (split: Split): Split => {
    const { space, labels, names } = labelingOf(split);
    // Labels of the training split come first, in every split; then all others of the split's own column.
    const numbers = new Map(space === trained?.space ? order.map((label, number) => [label, number]) : []);
    const others = [...names.keys()].filter((label) => !numbers.has(label));
    for (const [index, label] of others.entries()) numbers.set(label, order.length + index);
    const trainedNames = order.map((label) => trained!.names[label]!);
    return {
      role: split.role,
      length: split.length,
      labels: labels.map((label) => numbers.get(label) ?? -1),
      classNames: split.role === 'train' ? trainedNames : [...trainedNames, ...others.map((label) => names[label]!)],
      images: (indices, epoch, draws) => split.images(indices, epoch, draws),
      ...(split.source && { source: (index: number) => split.source!(index) }),
      columns: { class: { kind: 'label', values: split.labels, names: split.classNames }, ...split.columns },
    };
  };
  const once = (split: Split): Split => {
    const known = made.get(split) ?? relabeled(split);
    made.set(split, known);
    return known;
  };
  return {
    imageShape: dataset.imageShape,
    trainingShape: dataset.trainingShape,
    augmented: dataset.augmented,
    provenance: dataset.provenance,
    split(role) {
      const found = dataset.split(role);
      return found && once(found);
    },
    ...(dataset.pairs && { pairs: { ...dataset.pairs, images: once(dataset.pairs.images) } }),
    close: async () => dataset.close?.(),
  };
}

/** Labels that images have, ascending. */
function present({ labels, names }: Labeling): number[] {
  const seen = new Uint8Array(names.length);
  for (const label of labels) if (label >= 0) seen[label] = 1;
  return [...seen.keys()].filter((label) => seen[label] === 1);
}

function labelsOf({ role, columns = {} }: Split, name: string, path: string): LabelColumn {
  const column = columns[name];
  if (column?.kind === 'label') return column;
  const known = namedColumns(columnKinds(columns));
  throw new AblateError(
    'SPEC_INVALID',
    column
      ? `${path} is the column "${name}", which has ${column.kind === 'labels' ? 'any number of labels an image' : `a ${column.kind} an image`} and not a class.`
      : `${path} is the column "${name}", which the images of ${role} do not have.`,
    { remedy: known ? `Their columns: ${known}.` : 'They have no columns: a data set such as csv reads them.' },
  );
}

function requireLabels(split: Split, { labels, space }: Labeling): void {
  const without = labels.findIndex((label) => label < 0);
  if (without < 0) return;
  throw new AblateError(
    'DATA_INVALID',
    `${split.source?.(without) ?? `Training image ${without}`} is to train and has nothing in the column "${space}", which is its class.`,
    { remedy: 'Fill the column in, or leave the image out of training.' },
  );
}
