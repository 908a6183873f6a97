import type { Dataset, Role } from '../../contracts/dataset.ts';

/** Roles whose images are measured in the end, so that their classes decide between closed and open set. */
const measured: readonly Role[] = ['test', 'gallery', 'probe', 'distractors', 'pairs'];
/** Classes that a sentence names before it counts the rest. */
const named = 5;

/** Classes of a role that training has too. */
export interface ClassOverlap {
  readonly role: Role;
  /** Classes of the role. */
  readonly classes: number;
  /** Names of those that are training classes, in the order of their labels. */
  readonly met: readonly string[];
}

/** Finds the roles beside training and validation in which training classes are met again; empty for an open set. */
export function overlappingClasses(dataset: Pick<Dataset, 'split'>): ClassOverlap[] {
  const trained = dataset.split('train')?.classNames.length ?? 0;
  return measured.flatMap((role) => {
    const images = dataset.split(role);
    const shown = new Uint8Array(images?.classNames.length ?? 0);
    for (const label of images?.labels ?? []) if (label >= 0) shown[label] = 1;
    const classes = [...shown.keys()].filter((label) => shown[label] === 1);
    const met = classes.filter((label) => label < trained).map((label) => images!.classNames[label]!);
    return met.length > 0 ? [{ role, classes: classes.length, met }] : [];
  });
}

/** Says `2 of the 3 classes of test are training classes too: ant, bee.` */
export function overlapSentence({ role, classes, met }: ClassOverlap): string {
  const which =
    met.length === classes ? `All ${classes} classes of ${role}` : `${met.length} of the ${classes} classes of ${role}`;
  return `${which} are training classes too: ${met.slice(0, named).join(', ')}${met.length > named ? ', …' : ''}.`;
}
