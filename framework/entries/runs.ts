/** What trackers and launchers are made of: a run's folder, its journal, its weights, the runs beside it. */
export { startOfProcess } from '../base/system/is-process-alive.ts';
export { JournalReader } from '../records/journal/journal-reader.ts';
export { JournalIndex } from '../records/journal/journal-index.ts';
export type { JournalRecord } from '../records/journal/journal-record.ts';
export { readSafetensors, writeSafetensors } from '../records/checkpoints/safetensors.ts';
export { checkShard, shardsOf } from '../records/checkpoints/shards.ts';
export type { Shard } from '../records/checkpoints/shards.ts';
export { readExperimentIdentity } from '../records/run-folder/experiment-identity.ts';
export { sweepOverview } from '../runs/comparison/sweep-overview.ts';
export type { SweepGroup, SweepOverview } from '../runs/comparison/sweep-overview.ts';
export { readSummary } from '../records/run-folder/summary.ts';
export type { RunSummary } from '../records/run-folder/summary.ts';
export { readProvenance } from '../records/provenance/record-provenance.ts';
export type { Provenance } from '../records/provenance/provenance.ts';
export { redactSecrets } from '../base/system/redact-secrets.ts';
export { writeAtomically } from '../base/system/write-atomically.ts';
export { whileHolding } from '../records/run-folder/while-holding.ts';
