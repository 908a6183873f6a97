import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunFolder } from '../../../contracts/run-folder.ts';
import type { TrackerOutcome } from '../../../contracts/tracker.ts';
import { runFolderAt } from '../../../records/run-folder/create-run-folder.ts';
import { Journal } from '../../../records/journal/journal.ts';
import { broken, holds, reasonOf, type Rule } from '../rules/rule.ts';
import type { Subject } from './subject.ts';

const context = { experiment: 'check', run: 'one' };

/** Runs `body` with the folder of a short run that has failed. */
async function withRun<T>(body: (run: RunFolder) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'ablate-check-tracker-'));
  try {
    const run = runFolderAt(directory);
    await mkdir(run.checkpoints, { recursive: true });
    const journal = Journal.open(run);
    journal.append({
      type: 'step',
      step: 0,
      epoch: 0,
      loss: 1,
      parts: { softmax: 1 },
      rate: 0.1,
      milliseconds: 1,
      images: 4,
    });
    journal.append({
      type: 'ended',
      status: 'failed',
      step: 1,
      error: { code: 'RUN_FAILED', message: 'for the check' },
    });
    journal.close();
    return await body(run);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function track(subject: Subject<'tracker'>, run: RunFolder): Promise<TrackerOutcome> {
  const tracker = await subject.make(context);
  tracker.start(run);
  return tracker.finish();
}

const faultOf = (outcome: TrackerOutcome): string | undefined => {
  if (typeof outcome?.complete !== 'boolean') return 'finish() does not say whether all has arrived.';
  return outcome.complete || outcome.problem ? undefined : 'finish() says that not all has arrived, and not why.';
};

/** What every tracker must satisfy, whether or not its server is there. */
export const trackerRules: readonly Rule<Subject<'tracker'>>[] = [
  {
    name: 'it never makes a run fail',
    why: 'A run of days must not be lost because a server is away or a folder is gone.',
    find: (subject) =>
      withRun(async (run) => {
        for (const [where, of] of [
          ['a failed run', run],
          ['a run whose folder is gone', runFolderAt(`${run.directory}-gone`)],
        ] as const) {
          try {
            const fault = faultOf(await track(subject, of));
            if (fault) return [broken(where, fault)];
          } catch (error) {
            // The guard's words name the plugin, which whoever checks it knows.
            return [broken(where, `It threw: ${reasonOf((error as Error).cause ?? error)}.`)];
          }
        }
        return [holds('a failed run, and one whose folder is gone')];
      }),
  },
  {
    name: 'it leaves the journal as it is, however often it is run',
    why: 'The journal on disk is the truth that every other record is made from.',
    find: (subject) =>
      withRun(async (run) => {
        const hash = async (): Promise<string> =>
          createHash('sha256')
            .update(await readFile(run.journal))
            .digest('hex');
        const before = await hash();
        for (const time of ['first', 'second']) {
          const { complete } = await track(subject, run);
          if ((await hash()) !== before) return [broken(`the ${time} time`, 'It changed the journal.')];
          if (!complete) return [holds(`the ${time} time`, 'not complete; the journal is as it was')];
        }
        return [holds('twice')];
      }),
  },
];
