import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { readPlanFile, type PlanFile, type PlanFileRun, type PlanFileSearch } from '../../runs/plan/plan-file.ts';
import { shortName } from '../../experiment/spec/point-words.ts';
import { html, type Html } from './html.ts';
import { absentRuns, type AbsentRun } from '../../runs/comparison/absent-runs.ts';
import { withoutSeed } from '../../runs/comparison/comparison.ts';
import type { RunOutcome } from '../../runs/plan/run-outcome.ts';
import { outcomeOf, type ReportedRun } from './reported-run.ts';

/** The search of an experiment: its trials and what came of them. */
export interface ReportedSearch {
  readonly experiment: string;
  readonly plan: PlanFile | undefined;
  readonly trials: readonly ReportedRun[];
  /** Trials of an earlier search that lie beside them. */
  readonly stale: number;
  /** Whether the page shows the trials as runs, since there is nothing else yet. */
  readonly isShown: boolean;
}

/** Runs of a report: those that are compared, and the searches by whose trials their options were chosen. */
export interface SortedRuns {
  readonly compared: readonly ReportedRun[];
  readonly searches: readonly ReportedSearch[];
  /** Runs that are not compared because the plan of their experiment does not name them any more: a sentence. */
  readonly leftOut: readonly string[];
  /** What the plans name beside the runs that are there. */
  readonly absent: readonly AbsentOutcome[];
}

/** A run without a result, as the comparison takes it. */
export interface AbsentOutcome extends RunOutcome {
  readonly group: string;
  readonly lack: string;
}

/**
 * Takes the trials of searches from the runs of a report: each group would have its own, and they see no test set.
 * Where an experiment has nothing else yet, they stay with the others too.
 *
 * @param warn hears of a plan that cannot be read, and of runs that are left out
 * @param folders all that the report was asked for
 */
export async function sortTrials(
  runs: readonly ReportedRun[],
  warn: (message: string) => void,
  folders: readonly RunFolder[] = runs.map(({ folder }) => folder),
): Promise<SortedRuns> {
  const told = (cause: Error): undefined => void warn(cause.message);
  const plans = new Map<string, PlanFile | undefined>();
  for (const { folder } of runs)
    if (!plans.has(parentOf(folder))) plans.set(parentOf(folder), await readPlanFile(parentOf(folder)).catch(told));
  const plannedOf = ({ folder }: ReportedRun): PlanFileRun | undefined =>
    plans.get(parentOf(folder))?.runs.find(({ id }) => id === folder.id);
  const isTrial = (run: ReportedRun): boolean =>
    (plannedOf(run)?.purpose ?? (run.spec['test'] === 'locked' && !isReproduction(run) ? 'search' : 'final')) ===
    'search';
  const experiments = [...new Set(runs.map(({ summary }) => summary.experiment))];
  const isUnplanned = (run: ReportedRun): boolean =>
    !isTrial(run) &&
    plans.get(parentOf(run.folder)) !== undefined &&
    !plannedOf(run) &&
    runs.some((other) => parentOf(other.folder) === parentOf(run.folder) && plannedOf(other));
  const unplanned = runs.filter(isUnplanned);
  const leftOut =
    unplanned.length === 0
      ? []
      : [
          `Left out: ${unplanned.length} ${unplanned.length === 1 ? 'run' : 'runs'} that the plan of the experiment does not name any more: ${unplanned
            .slice(0, 3)
            .map(({ place }) => place)
            .join(', ')}${unplanned.length > 3 ? ', …' : ''}.`,
        ];
  for (const sentence of leftOut) warn(sentence);
  const compared = runs
    .filter((run) => !isUnplanned(run))
    .filter(
      (run) =>
        !isTrial(run) || runs.every((other) => other.summary.experiment !== run.summary.experiment || isTrial(other)),
    );
  const searches = experiments.flatMap((experiment): ReportedSearch[] => {
    const found = runs.filter((run) => run.summary.experiment === experiment && isTrial(run));
    const trials = found.filter((run) => plannedOf(run) || !plans.get(parentOf(run.folder)));
    return trials.length > 0
      ? [
          {
            experiment,
            plan: plans.get(parentOf(trials[0]!.folder)),
            trials,
            stale: found.length - trials.length,
            isShown: compared.includes(trials[0]!),
          },
        ]
      : [];
  });
  const absent: AbsentOutcome[] = [];
  for (const [parent, plan] of plans) {
    const siblings = compared.filter(({ folder }) => parentOf(folder) === parent);
    // Of a search that has chosen nothing yet, the plan knows no other runs.
    if (!plan || siblings.length === 0 || siblings.every(isTrial)) continue;
    const given = folders.filter((folder) => parentOf(folder) === parent).map(({ id }) => id);
    const read = siblings.map(({ folder, summary: { seed }, fold }) => ({ id: folder.id, seed, fold }));
    for (const run of await absentRuns({ parent, plan, given, read })) absent.push(absentOutcome(run, siblings[0]!));
  }
  return { compared, searches, leftOut, absent };
}

/** An absent run named as its siblings are. */
function absentOutcome({ id, label, point, seed, fold, lack }: AbsentRun, sibling: ReportedRun): AbsentOutcome {
  const { summary, title, folder } = sibling;
  const { error: _, ...like } = outcomeOf(sibling, point);
  const prefix = title.slice(0, title.length - (summary.label || summary.name).length);
  return {
    ...like,
    id,
    name: `${prefix}${label}`,
    group: `${prefix}${withoutSeed(label) || 'all seeds'}`,
    dir: join(parentOf(folder), id),
    status: 'interrupted',
    seed,
    fold,
    metrics: {},
    lack,
  };
}

/** A run that was made again, without the test set that it had. */
const isReproduction = ({ folder }: ReportedRun): boolean => existsSync(join(folder.directory, 'reproduction.json'));
const parentOf = ({ directory }: RunFolder): string => dirname(directory);

/** Renders how the options of the compared runs were found: how many trials, of what ranges, and what was chosen. */
export function searchSection(searches: readonly ReportedSearch[]): Html {
  return html`${searches.map((search) => html`${searches.length > 1 ? html`<h3>${search.experiment}</h3>` : ''}${oneSearch(search)}`)}`;
}

const count = (number: number, one: string, several = `${one}s`): string => `${number} ${number === 1 ? one : several}`;
const ways = {
  random: 'drawn at random',
  tpe: 'drawn by TPE',
  halving: 'drawn at random, weak ones stopped early by successive halving',
  asha: 'drawn at random, weak ones stopped early by asynchronous successive halving',
} as Readonly<Record<string, string>>;

function oneSearch({ plan, trials, stale, isShown }: ReportedSearch): Html {
  const search = plan?.search;
  const states = [
    ...new Map(trials.map(({ summary: { status } }) => [status === 'interrupted' ? 'stopped early' : status, 0])),
  ].map(
    ([status]) =>
      `${trials.filter(({ summary }) => (summary.status === 'interrupted' ? 'stopped early' : summary.status) === status).length} ${status}`,
  );
  const how = search
    ? `${count(search.budget, 'point')} for each loss, ${ways[search.method.name] ?? search.method.name}${search.folds ? `, validated on ${count(search.folds, 'fold')}` : ''}, chosen by ${search.metric ?? 'validation'}${search.mode === 'min' ? ', less being better' : ''}. `
    : '';
  return html`<p>${how}${count(trials.length, 'run')}: ${states.join(', ')}. ${stale > 0 ? `${count(stale, 'run')} of an earlier search ${stale === 1 ? 'lies' : 'lie'} beside them. ` : ''}No trial sees a test set${isShown ? '' : ', and none is in the tables and figures of this page'}.</p>
${search ? choices(search, plan) : ''}
${plan?.opened ? html`<p class="note">The test set was opened on ${plan.opened.time.slice(0, 16).replace('T', ' ')} UTC, for these choices${plan.opened.again?.length ? `, and ${count(plan.opened.again.length, 'time')} again for a run that was reproduced` : ' alone'}.</p>` : ''}`;
}

/** A row an option that was searched. */
function choices({ groups }: PlanFileSearch, { chosen = [] }: PlanFile): Html {
  const shown = (value: unknown): string =>
    value === undefined ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  const rows = groups.flatMap(({ group, point, ranges }) => {
    const choice = chosen.find((one) => JSON.stringify(one.point) === JSON.stringify(point));
    const paths = Object.keys(ranges);
    return paths.map((path, index) => {
      const [[kind, values]] = Object.entries(ranges[path]!) as [[string, readonly unknown[]]];
      const range =
        kind === 'choice'
          ? values.map(shown).join(', ')
          : `${values.map(shown).join(' to ')}${kind === 'logUniform' ? ', by its logarithm' : kind === 'integer' ? ', whole' : ''}`;
      const first =
        index === 0
          ? html`<th scope="rowgroup" class="name" rowspan="${paths.length}">${group || 'this spec'}</th>`
          : '';
      const score =
        index === 0
          ? html`<td class="number" rowspan="${paths.length}">${choice?.score == null ? '–' : String(Number(choice.score.toPrecision(4)))}</td>`
          : '';
      return html`<tr>${first}<td class="name"><span title="${path}">${shortName(path, paths)}</span></td><td>${range}</td><td class="number">${shown(choice?.values[path])}</td>${score}</tr>`;
    });
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="What was searched and chosen"><table><thead><tr><th scope="col">for</th><th scope="col">option</th><th scope="col">range</th><th scope="col" class="number">chosen</th><th scope="col" class="number">validation</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
