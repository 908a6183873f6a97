import { parse } from 'yaml';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { shownFile } from '../../base/errors/shown-file.ts';
import { compareSpecs } from '../../experiment/spec/compare-specs.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import { readWrittenSpec } from '../../experiment/spec/read-written-spec.ts';
import { writeSpec } from '../../experiment/spec/write-spec.ts';
import type { WrittenSpec } from '../../experiment/spec/written-spec.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';

/** A value that a run began with and that is another now. */
export interface SpecChange {
  /** `losses.1.center.lambda` */
  readonly path: string;
  /** JSON; null where there was none. */
  readonly before: string | null;
  readonly after: string | null;
  /** Of the data, a plugin or Ablate itself, and not of the spec. */
  readonly isInput?: boolean;
}

/** What is kept and drawn of a run, and how often, changes no number of it. */
const matterless = /^train\.(?:keep|keepBest\b.*|checkpointEvery|figuresEvery)$/;

/**
 * Lists how a run's spec differs from the one in its folder, in what its numbers depend on: not in description,
 * tracking, figures and which checkpoints stay. Secrets are compared, and shown, as the spec file has them.
 *
 * @throws AblateError RUN_FOLDER where the folder's spec cannot be read
 */
export async function specChanges(folder: RunFolder, run: Pick<PlannedRun, 'spec' | 'secrets'>): Promise<SpecChange[]> {
  const before = await readWrittenSpec(folder.spec);
  const after = parse(writeSpec({ spec: redactSecrets(run.spec), secrets: run.secrets })) as WrittenSpec;
  const changes = compareSpecs(before, after)
    .filter(({ name }) => !matterless.test(name))
    .map(({ name, before: then, after: now }) => ({ path: name, before: then, after: now }));
  const [device, other] = [before['device'], after['device']].map((name) => JSON.stringify(name));
  return device === other ? changes : [{ path: 'device', before: device!, after: other! }, ...changes];
}

/** Writes changes as lines of `path: old → new`. */
export function changeLines(changes: readonly SpecChange[]): string {
  return changes
    .map(({ path, before, after }) => `    ${path}: ${before ?? 'nothing'} → ${after ?? 'nothing'}`)
    .join('\n');
}

/**
 * Refuses to go on with another spec, other data or other plugins than a run began with.
 *
 * @param beside how to make another run of what is there now
 */
export function changedSpec(
  folder: RunFolder,
  changes: readonly SpecChange[],
  beside = 'leave --resume out for a new run beside it',
): AblateError {
  const remedy = `Go back to what it began with, add --allow-changes to go on with this all the same, or ${beside}.`;
  return new AblateError(
    'RUN_FOLDER',
    `The run in ${shownFile(folder.directory)} is not finished, and ${changes.some(({ isInput }) => isInput) ? 'what it is made of' : 'its spec'} has changed since it began:\n${changeLines(changes)}`,
    { remedy },
  );
}
