import type { RunFolder } from '../../contracts/run-folder.ts';
import type { RunEvent } from '../../contracts/run-event.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { readWrittenSpec } from '../../experiment/spec/read-written-spec.ts';
import type { WrittenSpec } from '../../experiment/spec/written-spec.ts';
import type { Provenance } from '../../records/provenance/provenance.ts';
import { JournalReader } from '../../records/journal/journal-reader.ts';
import { readProvenance } from '../../records/provenance/record-provenance.ts';
import { readSummary, type RunSummary } from '../../records/run-folder/summary.ts';

/** What a run's folder tells of the run. */
export interface RunRecord {
  readonly folder: RunFolder;
  /** The resolved spec. */
  readonly spec: WrittenSpec;
  readonly provenance: Provenance;
  readonly summary: RunSummary;
  /** The data set that the last session used; undefined where none got so far. */
  readonly dataset: Extract<RunEvent, { type: 'started' }>['dataset'] | undefined;
}

/**
 * Reads a run's folder.
 *
 * @throws AblateError RUN_FOLDER where a file of it is missing or damaged
 */
export async function readRunRecord(folder: RunFolder): Promise<RunRecord> {
  const remedy =
    'Name the folder of a run: the one that holds spec.yaml, provenance.json, summary.json and journal.jsonl.';
  const spec = await readWrittenSpec(folder.spec, remedy);
  const provenance = await readProvenance(folder);
  if (!provenance)
    throw new AblateError('RUN_FOLDER', `${folder.directory} has no provenance.json that can be read.`, { remedy });
  let dataset: RunRecord['dataset'];
  for (const record of new JournalReader(folder.journal).records())
    if (record.type === 'started') dataset = record.dataset;
  return { folder, spec, provenance, summary: await readSummary(folder), dataset };
}
