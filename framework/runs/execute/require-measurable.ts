import type { Dataset, Role, Split } from '../../contracts/dataset.ts';
import { overlappingClasses } from '../../data/splits/overlapping-classes.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { RunTask } from './run-task.ts';

/**
 * Refuses a run of whose evaluators none has anything to measure, before it trains, and says where a single one has
 * not, or measures what means nothing: predictions of classes that training never shows, comparisons within one class.
 *
 * @throws AblateError DATA_INVALID
 */
export async function requireMeasurable(
  dataset: Dataset,
  { run: { spec }, runContext }: Pick<RunTask, 'run' | 'runContext'>,
  warn: (message: string) => void,
): Promise<void> {
  const { catalogue, baseDirectory } = runContext;
  const blind: string[] = [];
  for (const { plugin, options } of spec.evaluate) {
    const { manifest } = await catalogue.load('evaluator', plugin, baseDirectory);
    const roles = manifest.roles?.(options);
    if (roles && !roles.some((role) => has(dataset, role as Role)))
      blind.push(`${plugin} measures ${roles.join(', ')}`);
    if (
      manifest.predictions &&
      !spec.test &&
      has(dataset, 'test') &&
      !overlappingClasses(dataset).some(({ role }) => role === 'test')
    ) {
      warn(`No class of test is a training class, so the predictions that ${plugin} measures can never be right.`);
    }
  }
  if (blind.length > 0 && blind.length === spec.evaluate.length) {
    throw new AblateError(
      'DATA_INVALID',
      `There is nothing to measure: ${blind.join('; ')}, and the data set has no such images.`,
      { remedy: 'Leave images for test, whose share may be too small to come to one, or take evaluate away.' },
    );
  }
  for (const one of blind)
    warn(`There is nothing to measure for one evaluator: ${one}, and the data set has no such images.`);
  const test = spec.evaluate.length > 0 && !spec.test ? dataset.split('test') : undefined;
  const alone = test && oneClassSentence(test);
  if (alone) warn(alone);
}

const has = (dataset: Dataset, role: Role): boolean =>
  (role === 'pairs' && dataset.pairs !== undefined) || (dataset.split(role)?.length ?? 0) > 0;

/**
 * Says what to know where all images that are measured show one class, which leaves nothing to confuse it with;
 * undefined where they do not.
 */
export function oneClassSentence({ labels, classNames }: Pick<Split, 'labels' | 'classNames'>): string | undefined {
  const first = labels[0] ?? -1;
  if (first < 0 || !labels.every((label) => label === first)) return undefined;
  return `All images for test show one class, ${classNames[first]}: metrics that compare classes are 1 or left out, and say nothing.`;
}
