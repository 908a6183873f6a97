import { AblateError, type Launch, type QueuedTask } from 'ablate-ml';
import { slurm } from './slurm-command.ts';

const running = new Set([
  'RUNNING',
  'COMPLETING',
  'CONFIGURING',
  'STAGE_OUT',
  'SIGNALING',
  'SUSPENDED',
  'STOPPED',
  'RESIZING',
]);
const waiting = new Set(['PENDING', 'REQUEUED', 'REQUEUE_HOLD', 'REQUEUE_FED', 'RESV_DEL_HOLD', 'SPECIAL_EXIT']);
const isUnknown = (reason: string): boolean => /invalid job id/i.test(reason);

function stateOf(state: string, reason: string): QueuedTask['state'] {
  if (running.has(state)) return 'running';
  if (!waiting.has(state)) return 'over';
  return /held|hold/i.test(`${reason} ${state}`) ? 'held' : 'queued';
}

/**
 * Refuses a job that is no number: a launch's folder may come from elsewhere, and `--me` would be an option.
 *
 * @throws AblateError LAUNCH_REFUSED
 */
export function requireJobId(job: string): void {
  if (/^\d+$/.test(job)) return;
  throw new AblateError('LAUNCH_REFUSED', `${JSON.stringify(job)} is no job of Slurm's.`, {
    remedy: 'The launch.json that says so is damaged or not of this Ablate: look with squeue --me.',
  });
}

/**
 * Tells whether every task of a job is over; undefined where Slurm cannot be asked. Slurm forgets jobs some minutes
 * after their end.
 */
export async function isOver(id: string): Promise<boolean | undefined> {
  if (!/^\d+(_\d+)?$/.test(id)) return undefined;
  const answer = await slurm('squeue', '--noheader', '--array', '--states=all', `--jobs=${id}`, '--format=%T').catch(
    () => undefined,
  );
  if (!answer) return undefined;
  if (!answer.ok) return isUnknown(answer.reason) ? true : undefined;
  return answer.stdout
    .split('\n')
    .filter(Boolean)
    .every((state) => stateOf(state.trim(), '') === 'over');
}

/** Asks where the tasks of an array job stand. @throws AblateError LAUNCH_REFUSED where Slurm cannot be asked */
export async function queuedTasks({ job, tasks }: Launch): Promise<QueuedTask[]> {
  requireJobId(job);
  const { ok, stdout, reason } = await slurm(
    'squeue',
    '--noheader',
    '--array',
    '--states=all',
    `--jobs=${job}`,
    '--format=%K|%T|%r|%N',
  );
  if (!ok && !isUnknown(reason))
    throw new AblateError('LAUNCH_REFUSED', `squeue cannot tell: ${reason}`, {
      remedy: 'Ask again later; the journals say what has been done.',
    });
  const known = new Map(
    stdout
      .split('\n')
      .filter(Boolean)
      .map((line): [number, QueuedTask] => {
        const [index, state, why, host] = line.split('|').map((cell) => cell.trim()) as [
          string,
          string,
          string,
          string,
        ];
        return [
          Number(index),
          {
            index: Number(index),
            state: stateOf(state, why),
            words: why && why !== 'None' ? `${state} (${why})` : state,
            ...(host && { host }),
          },
        ];
      }),
  );
  const ended = tasks.every(({ index }) => known.has(index)) ? new Map<number, string>() : await ends(job);
  return tasks.map(
    ({ index }) => known.get(index) ?? { index, state: 'over', words: ended.get(index) ?? 'gone from the queue' },
  );
}

/** How tasks ended that the queue has forgotten, where the cluster keeps accounts. */
async function ends(job: string): Promise<Map<number, string>> {
  const answer = await slurm(
    'sacct',
    '--noheader',
    '--parsable2',
    '--allocations',
    '--array',
    `--jobs=${job}`,
    '--format=JobID,State',
  ).catch(() => undefined);
  const rows = answer?.ok
    ? answer.stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split('|'))
    : [];
  return new Map(
    rows.flatMap(([id, state]) => {
      const index = /_(\d+)$/.exec(id ?? '')?.[1];
      return index === undefined ? [] : [[Number(index), state!] as const];
    }),
  );
}
