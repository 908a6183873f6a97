import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Call } from './ablate.ts';
import type { WatchingProxy } from './watching-proxy.ts';

/** A place within the writing of a file; see `die-at.mjs`. */
export type Place = 'write' | 'sync' | 'rename' | 'renamed' | 'append' | 'link' | 'linked' | 'remove' | 'removed';

/** A kill within the writing of the `count`-th file whose path matches. */
export const inFile = (file: string, place: Place, count = 1): Kill => ({ at: 'file', file, place, count });

/** A kill at the `count`-th request that matches. */
export const atRequest = (request: RegExp, phase: 'arrived' | 'applied', count = 1): Kill => ({
  at: 'request',
  request,
  phase,
  count,
});

/** When a process is to be killed. Only the last of them depends on the machine's speed. */
export type Kill =
  /** Within the writing of a file; see `die-at.mjs`. */
  | {
      readonly at: 'file';
      readonly file: string;
      readonly place: Place;
      readonly count: number;
      readonly once?: string;
    }
  /** At a request to the tracking server, before or after it took effect. */
  | { readonly at: 'request'; readonly request: RegExp; readonly phase: 'arrived' | 'applied'; readonly count: number }
  /** So many milliseconds after its journal has grown by so many bytes. */
  | { readonly at: 'moment'; readonly bytes: number; readonly milliseconds: number };

/** A kill in words. */
export function killName(kill: Kill): string {
  if (kill.at === 'file') return `${kill.place} of ${kill.file}`;
  return kill.at === 'request' ? `${kill.request.source} ${kill.phase}` : 'any moment';
}

const hook = pathToFileURL(join(import.meta.dirname, 'die-at.mjs')).href;

/** Bytes of all journals of an experiment. */
function journalBytes(experiment: string): number {
  const bytesOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const runs = existsSync(experiment)
    ? readdirSync(experiment, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : [];
  return runs.reduce((sum, { name }) => sum + bytesOf(join(experiment, name, 'journal.jsonl')), 0);
}

/**
 * What to call `ablate` with, so that it is killed.
 *
 * @param experiment folder whose runs' journals are watched
 * @param proxy where requests pass by
 */
export function killing(kill: Kill, experiment: string, proxy?: WatchingProxy): Call {
  if (kill.at === 'file')
    return { env: { NODE_OPTIONS: `--import=${hook}`, ABLATE_TEST_DIE_AT: JSON.stringify(kill) } };
  if (kill.at === 'moment') return { onStart: (end) => watchJournal(kill, experiment, () => end('SIGKILL')) };
  return {
    onStart: (end) => {
      let count = kill.count;
      proxy!.onMoment = ({ request, phase }) => {
        if (phase === kill.phase && kill.request.test(request) && --count === 0) end('SIGKILL');
      };
    },
  };
}

function watchJournal(
  { bytes, milliseconds }: Extract<Kill, { at: 'moment' }>,
  experiment: string,
  end: () => void,
): void {
  const before = journalBytes(experiment);
  const deadline = performance.now() + 120_000;
  const look = (): void => {
    if (journalBytes(experiment) - before >= bytes) setTimeout(end, milliseconds).unref();
    else if (performance.now() < deadline) setTimeout(look, 5).unref();
  };
  look();
}
