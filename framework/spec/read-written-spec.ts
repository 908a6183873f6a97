import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { AblateError } from '../errors/ablate-error.ts';
import type { WrittenSpec } from './written-spec.ts';

/**
 * Reads a run's `spec.yaml` as it is written, with no value filled in.
 *
 * @throws AblateError RUN_FOLDER where it is missing, or damaged: empty after a power cut, say
 */
export async function readWrittenSpec(file: string, remedy = 'Name the folder of a run: the one that holds spec.yaml.'): Promise<WrittenSpec> {
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new AblateError('RUN_FOLDER', `${file} cannot be read: ${cause.message}.`, { cause, remedy });
  });
  let spec: unknown;
  let cause: unknown;
  try {
    spec = parse(text);
  } catch (error) {
    cause = error;
  }
  if (typeof spec === 'object' && spec !== null && !Array.isArray(spec)) return spec as WrittenSpec;
  throw new AblateError('RUN_FOLDER', `${file} is damaged: it holds no spec.`, { cause, remedy: 'Run the spec that it was made from again, with --fresh.' });
}
