import { parse } from 'yaml';
import { z } from 'zod';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { readRegularFile } from '../../base/system/read-regular-file.ts';
import { specVersion, type WrittenSpec } from './written-spec.ts';

const options = z.record(z.string(), z.unknown());
const use = z
  .record(z.string(), options)
  .refine((map) => Object.keys(map).length === 1, 'one plugin and its options are expected');
/** A plugin's options come first, before what may stand beside it. */
const useWithExtras = (noun: string) =>
  options.refine((map) => options.safeParse(Object.values(map)[0]).success, `${noun} and its options are expected`);

/** What readers take for granted of a resolved spec. */
const writtenSchema = z.looseObject({
  version: z.literal(specVersion),
  name: z.string(),
  seed: z.number(),
  dataset: useWithExtras('a data set'),
  augment: z
    .object({ train: z.union([z.array(use), z.array(z.array(use))]), test: z.array(use) })
    .loose()
    .optional(),
  sampler: use,
  backbone: useWithExtras('a backbone'),
  head: useWithExtras('a head').nullable(),
  losses: z.array(useWithExtras('a loss')),
  optimizer: use,
  schedule: use,
  train: options,
  evaluate: z.array(use),
  figures: z.array(use),
  tracking: z.array(use),
});

/** Says what keeps a value from being a resolved spec; undefined where nothing does. */
export function writtenSpecProblem(value: unknown): { readonly path: string; readonly message: string } | undefined {
  const issue = writtenSchema.safeParse(value).error?.issues[0];
  return issue && { path: issue.path.join('.'), message: issue.message };
}

/**
 * Reads a run's `spec.yaml` as it is written, secrets and all left as they are there.
 *
 * @throws AblateError RUN_FOLDER where it is missing, damaged or no resolved spec that this version of Ablate reads
 */
export async function readWrittenSpec(
  file: string,
  remedy = 'Name the folder of a run: the one that holds spec.yaml.',
): Promise<WrittenSpec> {
  let text: string;
  try {
    text = String(await readRegularFile(file));
  } catch (cause) {
    throw new AblateError('RUN_FOLDER', `${file} cannot be read: ${(cause as Error).message}.`, { cause, remedy });
  }
  let value: unknown;
  let cause: unknown;
  try {
    value = parse(text, { uniqueKeys: false, logLevel: 'silent' });
  } catch (error) {
    cause = error;
  }
  const problem = writtenSpecProblem(value);
  if (!problem) return value as WrittenSpec;
  const why = problem.path ? `${problem.path}: ${problem.message}` : 'it holds no spec';
  throw new AblateError('RUN_FOLDER', `${file} is damaged: ${why}.`, {
    cause,
    remedy: 'Run the spec that it was made from again, with --fresh.',
  });
}
