import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { collectProvenance, type ProvenanceRequest } from './collect-provenance.ts';
import { provenanceSchema } from './provenance-schema.ts';
import { provenanceVersion, type Provenance } from './provenance.ts';
import { readRecordFile } from '../journal/read-record-file.ts';
import { writeAtomically } from '../../base/system/write-atomically.ts';

/** Larger patches hold data rather than code: their SHA-256 alone is kept. */
const largestPatch = 16 * 2 ** 20;

/**
 * Reads a run's `provenance.json`; undefined where there is none or it is damaged. What an older Ablate did not write
 * is empty.
 *
 * @param warn hears that it is damaged
 */
export async function readProvenance(
  folder: RunFolder,
  warn: (message: string) => void = () => undefined,
): Promise<Provenance | undefined> {
  const remedy = 'Copy it from where the run was made, or go without.';
  return readRecordFile(join(folder.directory, 'provenance.json'), {
    schema: provenanceSchema,
    version: provenanceVersion,
    remedy,
  }).catch((cause: unknown) => {
    if (!(cause instanceof AblateError)) throw cause;
    warn(cause.problem);
    return undefined;
  });
}

/**
 * Writes what makes this session of a run: `provenance.json`, with that of sessions before in `earlier`, and the
 * patches beside it.
 */
export async function recordProvenance(folder: RunFolder, request: ProvenanceRequest): Promise<void> {
  const before = existsSync(folder.journal) ? await readProvenance(folder) : undefined;
  const { provenance, patches } = await collectProvenance(request);
  const { earlier = [], ...last } = before ?? {};
  const whole: Provenance = before ? { ...provenance, earlier: [...earlier, last as Provenance] } : provenance;
  await writeAtomically(join(folder.directory, 'provenance.json'), `${JSON.stringify(whole, null, 2)}\n`);
  for (const [name, patch] of Object.entries(patches)) {
    if (patch.length <= largestPatch) await writeAtomically(join(folder.directory, name), patch);
  }
}
