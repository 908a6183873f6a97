import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Role } from '../../contracts/dataset.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { flatValues } from '../../experiment/spec/flat-values.ts';
import { singleUses } from '../../experiment/spec/spec-keys.ts';
import type { GitState } from '../../records/provenance/git-state.ts';
import { JournalReader } from '../../records/journal/journal-reader.ts';
import { readJournal } from '../../records/journal/read-journal.ts';
import { readProvenance } from '../../records/provenance/record-provenance.ts';
import { readSummary } from '../../records/run-folder/summary.ts';

/** What a run's numbers came from, as far as its folder tells. */
export interface RunFacts {
  /** The run's own identifier, which a copy of its folder shares. */
  readonly uuid: string;
  /** Path → value: of the resolved spec, and `data`, `split`, `device`, `code`. */
  readonly values: ReadonlyMap<string, string>;
  /**
   * Whether it trained as another did, to the last bit of its losses; asked only of runs that are suspected, since a
   * journal is long.
   */
  training(): string | undefined;
}

/** Tells whether a fact follows from the fold, so that it is compared fold by fold. */
export const isOfFold = (path: string): boolean => path === 'data' || path === 'split';

/** Tells whether a fact is of no spec: then a run that does not tell it is not known to differ. */
export const isRecorded = (path: string): boolean => /^(data|split|device|code|plugin .*)$/.test(path);

/** Parts of a spec that change no number. */
const silent =
  /^(version|seed|name|description|tracking|figures|test)(\.|$)|^train\.(keep|keepBest|checkpointEvery|figuresEvery)(\.|$)|\.split\.fold$/;
const roles: readonly Role[] = ['train', 'validation', 'test', 'gallery', 'probe', 'distractors', 'pairs'];
const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/**
 * Reads what a run's numbers came from. What its folder does not tell is left out.
 *
 * @param warn hears of what is damaged and therefore left out
 * @throws AblateError RUN_FOLDER where the summary or the journal cannot be read
 */
export async function readRunFacts(folder: RunFolder, warn: (message: string) => void): Promise<RunFacts> {
  const { uuid, device } = await readSummary(folder);
  const spec = await readFile(folder.spec, 'utf8').then(
    (text) => parse(text) as Record<string, unknown>,
    () => ({}),
  );
  const values = specValues(spec);
  const beside = {
    data: dataOf(folder),
    split: await splitOf(folder),
    device: device ?? undefined,
    ...(await codeOf(folder, warn)),
  };
  for (const [path, value] of Object.entries(beside)) if (value !== undefined) values.set(path, value);
  return { uuid, values, training: () => trainingOf(folder) };
}

/**
 * Lists a spec's values by path; the plugin of a use stands at the use's own key, so that two plugins differ in one
 * path.
 */
export function specValues(spec: Readonly<Record<string, unknown>>): Map<string, string> {
  const all = [...flatValues(spec)].filter(([path]) => !silent.test(path) && path !== 'device');
  const plugins = Object.keys(singleUses).flatMap((key) => {
    const use = spec[key];
    return typeof use === 'object' && use !== null ? [[key, Object.keys(use)[0] ?? 'none'] as const] : [];
  });
  return new Map([...all.filter(([, value]) => value !== '{}'), ...plugins]);
}

/** The content hash of the data set, as the run met it when it began. */
function dataOf({ journal }: RunFolder): string | undefined {
  for (const record of new JournalReader(journal).records())
    if (record.type === 'started') return record.dataset.digest;
  return undefined;
}

async function splitOf({ directory }: RunFolder): Promise<string | undefined> {
  const lists = await Promise.all(
    roles.map((role) => readFile(join(directory, 'split', `${role}.txt`), 'utf8').catch(() => '')),
  );
  return lists.every((list) => list === '') ? undefined : hash(lists.join('\n'));
}

/** Framework, repositories and third-party plugins. */
async function codeOf(folder: RunFolder, warn: (message: string) => void): Promise<Record<string, string>> {
  const found = await readProvenance(folder, warn);
  if (!found) return {};
  const { ablate, git, ablateGit, lockfileSha256, plugins } = found;
  const state = (name: string, of: GitState | null): string[] =>
    of
      ? [
          `${name} ${of.commit.slice(0, 10)}${of.dirty ? ` with changes ${of.patchSha256?.slice(0, 8) ?? ''}`.trimEnd() : ''}`,
        ]
      : [];
  const code = [
    `Ablate ${ablate}`,
    ...state('its commit', ablateGit),
    ...state('commit', git),
    ...(lockfileSha256 ? [`lock file ${lockfileSha256.slice(0, 8)}`] : []),
  ].join(', ');
  const foreign = plugins.filter(({ origin }) => origin !== 'built-in');
  return {
    code,
    ...Object.fromEntries(
      foreign.map(({ kind, plugin, version, sha256 }) => [
        `plugin ${kind} ${plugin}`,
        `${version}${sha256 ? ` (${sha256.slice(0, 8)})` : ''}`,
      ]),
    ),
  };
}

/** All losses of all steps as one hash; undefined where nothing was trained. */
function trainingOf({ journal }: RunFolder): string | undefined {
  const losses = createHash('sha256');
  let steps = 0;
  for (const record of readJournal(journal)) {
    if (record.type !== 'step') continue;
    losses.update(`${record.loss},`);
    steps++;
  }
  return steps > 0 ? losses.digest('hex') : undefined;
}
