import { isDeepStrictEqual } from 'node:util';
import { AblateError } from '../errors/ablate-error.ts';
import type { KnownRuns } from './known-runs.ts';
import { choiceOf, readPlanFile, type OpenedTest } from './plan-file.ts';
import type { RunOptions } from './run-options.ts';

/**
 * What the test set of a protocol was opened for, or is being opened for now that the search is over. Each group's choice is opened
 * once: what is chosen after a look at the test is not tested by it.
 *
 * @param parent the experiment's folder
 * @returns undefined where nothing locks the test set, or its search is not over
 * @throws AblateError RUN_FOLDER where a group that the test set was opened for has another choice now, or runs are to start over
 */
export async function openedTest({ plan, chosen }: KnownRuns, parent: string, { fresh }: Pick<RunOptions, 'fresh'>): Promise<OpenedTest | undefined> {
  if (!plan.study?.protocol?.lockTest) return undefined;
  const before = (await readPlanFile(parent))?.opened;
  if (before && fresh) throw secondLook(parent, `The test set was opened on ${before.time}, and --fresh would open it again.`);
  if (!chosen) return before;
  const now = chosen.map(choiceOf);
  for (const { group, point, values } of before?.chosen ?? []) {
    const other = now.find((one) => isDeepStrictEqual(one.point, point));
    if (other && !isDeepStrictEqual(other.values, values)) {
      throw secondLook(parent, `The test set was opened on ${before!.time} for ${group || plan.name} with ${JSON.stringify(values)}; the search now chooses ${JSON.stringify(other.values)}.`);
    }
  }
  const added = now.filter(({ point }) => !before?.chosen.some((one) => isDeepStrictEqual(one.point, point)));
  if (before && added.length === 0) return before;
  return { ...before, time: before?.time ?? new Date().toISOString(), chosen: [...(before?.chosen ?? []), ...added] };
}

function secondLook(parent: string, what: string): AblateError {
  return new AblateError('RUN_FOLDER', what, { remedy: `A test set that is looked at twice tests nothing. To begin another experiment all the same, give it another name, or --out another folder than ${parent}.` });
}
