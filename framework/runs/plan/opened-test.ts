import { isDeepStrictEqual } from 'node:util';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import { withoutFold } from '../../experiment/spec/fold-path.ts';
import type { KnownRuns } from './plan-file.ts';
import { choiceOf, readPlanFile, type OpenedChoice, type OpenedTest } from './plan-file.ts';
import type { RunOptions } from './run-options.ts';

/**
 * Tells what the test set of a protocol was opened for, or is being opened for now that the search is over. Each
 * group's choice is opened once: what is chosen after a look at the test is not tested by it.
 *
 * @param parent the experiment's folder
 * @returns undefined where nothing locks the test set, or its search is not over
 * @throws AblateError RUN_FOLDER where a group that the test set was opened for has another choice or another spec now,
 * or runs are to start over
 */
export async function openedTest(
  { plan, chosen, staged }: KnownRuns,
  parent: string,
  { fresh }: Pick<RunOptions, 'fresh'>,
): Promise<OpenedTest | undefined> {
  if (!plan.study?.protocol?.lockTest) return undefined;
  const before = (await readPlanFile(parent))?.opened;
  if (before && fresh)
    throw secondLook(parent, `The test set was opened on ${before.time}, and --fresh would open it again.`);
  if (!chosen) return before;
  const finals = [...staged.values()].filter(({ purpose }) => purpose === 'final').map(({ run }) => run);
  const now = chosen.map(choiceOf).map(
    (choice): OpenedChoice => ({
      ...choice,
      runs: finals.filter(({ point }) => isDeepStrictEqual(groupOf(point), choice.point)).map(({ id }) => id),
    }),
  );
  for (const { group, point, values, runs } of before?.chosen ?? []) {
    const other = now.find((one) => isDeepStrictEqual(one.point, point));
    if (other && !isDeepStrictEqual(other.values, values)) {
      throw secondLook(
        parent,
        `The test set was opened on ${before!.time} for ${group || plan.name} with ${JSON.stringify(values)}; the search now chooses ${JSON.stringify(other.values)}.`,
      );
    }
    // More seeds leave the runs there were as they are; another spec leaves none.
    if (other && runs && !runs.some((id) => other.runs!.includes(id)))
      throw secondLook(
        parent,
        `The test set was opened on ${before!.time} for ${group || plan.name}, and the spec of its runs has changed since.`,
      );
  }
  const added = now.filter(({ point }) => !before?.chosen.some((one) => isDeepStrictEqual(one.point, point)));
  if (before && added.length === 0) return before;
  return { ...before, time: before?.time ?? new Date().toISOString(), chosen: [...(before?.chosen ?? []), ...added] };
}

const groupOf = (point: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  redactSecrets(Object.fromEntries(Object.entries(withoutFold(point)).filter(([path]) => path !== 'seed')));

function secondLook(parent: string, what: string): AblateError {
  return new AblateError('RUN_FOLDER', what, {
    remedy: `A test set that is looked at twice tests nothing. To begin another experiment all the same, give it another name, or --out another folder than ${parent}.`,
  });
}
