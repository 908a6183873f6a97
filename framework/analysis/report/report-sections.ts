import type { MeaningOf } from '../../plugins/metric-meanings.ts';
import {
  differenceNotes,
  differingPaths,
  lackOf,
  missingNotes,
  repeatProblems,
} from '../../runs/comparison/comparability.ts';
import { cell, metricHeading, seedsCell, uninformativeMeans } from '../../runs/comparison/comparison-table.ts';
import {
  comparableGroups,
  comparedGroups,
  concatenatedPrefix,
  type ComparedGroup,
} from '../../runs/comparison/comparison.ts';
import type { ConcatenatedFolds } from '../../runs/comparison/concatenated-file.ts';
import { isOfFold } from '../../runs/plan/run-facts.ts';
import { foldsAmong } from '../../experiment/spec/run-fold.ts';
import { apartFrom, differencesTable, testedMetrics } from './differences.ts';
import { differingTables } from './differing-tables.ts';
import { html, type Html } from './html.ts';
import { paperTables } from './paper-tables.ts';
import type { PageFigure } from './report-figures.ts';
import type { AbsentOutcome, ReportedSearch } from './search-section.ts';
import { outcomeOf, type ReportedRun, type UnreadRun } from './reported-run.ts';

/** What sections are made of. */
export interface ReportContent {
  readonly runs: readonly ReportedRun[];
  readonly unread: readonly UnreadRun[];
  readonly together: readonly PageFigure[];
  readonly ofRuns: readonly PageFigure[];
  /** Groups in the order of the page. */
  readonly groups: readonly string[];
  /** What could not be drawn or was left out. */
  readonly notes: readonly string[];
  /** Whose trials are in no other section but that of failures. */
  readonly searches: readonly ReportedSearch[];
  /** What is not among the runs, and why; a sentence each. */
  readonly leftOut?: readonly string[];
  /** Runs that the plans name and that are not there. */
  readonly absent?: readonly AbsentOutcome[];
  /** Fold models of protocols that were evaluated as one; their points name the experiment too. */
  readonly joined: readonly Pick<ConcatenatedFolds, 'point' | 'metrics'>[];
  /** What the runs' evaluators say of their metrics; without it nothing is marked as best. */
  readonly meaningOf?: MeaningOf;
}

const most = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));

/** About how high a figure will be, so that what is below stays where it is when it is drawn. */
function heightOf({ height, layout, marks }: Readonly<Record<string, unknown>>): number {
  if (typeof height === 'number') return Math.round(height);
  const panels = (marks as { encode?: { update?: { height?: { value?: number } } } }[] | undefined) ?? [];
  const rows = Math.ceil(panels.length / ((layout as { columns?: number } | undefined)?.columns ?? 1));
  return Math.round(rows * ((panels[0]?.encode?.update?.height?.value ?? 200) + 55));
}

/** Renders the frame and the tools of a figure that the page's script draws. */
export function figureHtml({ id, drawing, run }: PageFigure, level: 'h3' | 'h4' = 'h3'): Html {
  const wide = Number(drawing.vega['width'] ?? 660) > 420 && run === undefined;
  const heading = level === 'h3' ? html`<h3>${drawing.title}</h3>` : html`<h4>${drawing.title}</h4>`;
  return html`<figure class="${wide ? 'wide' : ''}" id="${id}">
${heading}
<div class="chart" data-figure="${id}"${run === undefined ? '' : html` data-run="${run}"`} style="min-height: ${heightOf(drawing.vega)}px" tabindex="0" role="group" aria-roledescription="figure" aria-label="${drawing.title}. ${drawing.description} Arrow keys step through its values."></div>
<figcaption>${drawing.description}</figcaption>
<div class="tools" role="group" aria-label="Download ${drawing.title}">${['SVG', 'PNG', 'PDF', 'CSV'].map((kind) => html`<button type="button" data-save="${kind}" aria-label="Download ${drawing.title} as ${kind}">${kind}</button>`)}</div>
</figure>`;
}

/** Renders the table of groups by metrics, means over seeds and folds with intervals. */
export function comparisonSection({
  runs,
  groups,
  joined,
  searches,
  leftOut = [],
  absent = [],
  meaningOf = () => undefined,
}: ReportContent): Html {
  const outcomes = [...runs.map((run) => outcomeOf(run)), ...absent];
  const compared = comparedGroups(outcomes, joined);
  const byFolder = new Map(runs.map((run) => [run.folder.directory, run]));
  const nameOf = ({ runs: [first] }: ComparedGroup): string => byFolder.get(first!.dir)!.group;
  const lacking = new Map(absent.map((run) => [run.dir, run]));
  const comparable = comparableGroups(outcomes, ({ dir }) => {
    const found = byFolder.get(dir);
    if (!found) return { lack: lacking.get(dir)!.lack, group: lacking.get(dir)!.group };
    return { facts: found.facts, place: found.place, group: found.group };
  }).map(({ runs: members }) => ({ name: members[0]!.group, runs: members }));
  const repeats = repeatProblems(comparable);
  const searched = searches.flatMap(
    ({ plan }) => plan?.search?.groups.flatMap(({ ranges }) => Object.keys(ranges)) ?? [],
  );
  const varied = ['losses', ...searched, ...new Set(runs.flatMap(({ summary }) => Object.keys(summary.point)))];
  const isSameData = !differingPaths(comparable, varied).some(isOfFold);
  const notes = notesHtml([
    ...repeats.slice(0, maxRepeats),
    ...(repeats.length > maxRepeats ? [`${repeats.length - maxRepeats} more runs are repeats.`] : []),
    ...(repeats.length > 0 ? ['Nothing is tested where runs are repeats of each other.'] : []),
    ...missingNotes(comparable),
    ...leftOut,
    ...differenceNotes(comparable, varied),
    ...(isSameData ? [] : ['The runs were made on other data: nothing is marked as best.']),
    ...uninformativeMeans(compared, meaningOf),
  ]);
  if (compared.length === 0) return html`<p class="note">No run has finished yet.</p>${notes}`;
  const named = [...new Set(compared.flatMap((group) => Object.keys(group.metrics)))];
  const isJoined = (name: string): boolean => name.startsWith(concatenatedPrefix);
  const metrics = [
    ...named.filter((name) => !name.includes('/')),
    ...named.filter(isJoined),
    ...named.filter((name) => name.includes('/') && !isJoined(name)),
  ];
  const best = new Map(
    metrics.map((metric) => {
      const means = compared.map((group) => group.metrics[metric]?.mean ?? NaN).filter(Number.isFinite);
      // As `ablate compare` has it: what is left of runs of which some are missing is not the best of all.
      const isWhole = comparable.every(({ runs: members }) =>
        members.every((run) => lackOf(run, metric) === undefined),
      );
      const better =
        compared.length > 1 && isSameData && (isWhole || isJoined(metric)) ? meaningOf(metric)?.better : undefined;
      return [metric, better === 'lower' ? Math.min(...means) : better === 'higher' ? Math.max(...means) : undefined];
    }),
  );
  const tested =
    repeats.length > 0
      ? []
      : testedMetrics(
          comparable.filter(({ runs: members }) => members.some(({ lack }) => lack === undefined)),
          metrics.filter((metric) => meaningOf(metric)?.better !== 'neither'),
        );
  const apart = new Map(
    tested.flatMap((one) => {
      const leader =
        best.get(one.metric) === undefined
          ? undefined
          : compared.find((group) => group.metrics[one.metric]?.mean === best.get(one.metric));
      return leader ? [[one.metric, apartFrom(nameOf(leader), one)] as const] : [];
    }),
  );
  const columns = compared.map((one) => {
    const { runs: members, metrics: values } = one;
    const group = nameOf(one);
    const alone = members.length === 1 ? byFolder.get(members[0]!.dir)!.summary.intervals : {};
    const cells = metrics.map((metric) => {
      const value = values[metric];
      if (!value || value.count === 0) return { content: html`–`, best: false, mean: '' };
      const interval = alone[metric];
      const part =
        value.count < members.length && !isJoined(metric)
          ? html` <span class="muted">(${value.count} of ${members.length} runs)</span>`
          : '';
      const content = html`${cell(value, meaningOf(metric)?.range)}${apart.get(metric)?.has(group) ? html`<abbr title="differs from the best by more than chance">*</abbr>` : ''}${part}${interval ? html`<br><span class="muted">${most(Number(interval[0]))} to ${most(Number(interval[1]))}</span>` : ''}`;
      return { content, best: value.mean === best.get(metric), mean: value.mean };
    });
    return { name: group, index: groups.indexOf(group), count: members.length, counted: seedsCell(one), cells };
  });
  const rows = columns.map(
    ({ name, index, count, counted, cells }) =>
      html`<tr data-group="${index}"><th scope="row" class="name">${name}</th><td class="number" data-value="${count}">${counted}</td>${cells.map(({ content, best: isBest, mean }) => html`<td class="number${isBest ? ' best' : ''}" data-value="${mean}">${content}</td>`)}</tr>`,
  );
  const [unit, units] = foldsAmong(runs) > 0 ? ['run', 'seeds and folds'] : ['seed', 'seeds'];
  const headings = metrics.map((metric) => metricHeading(metric, meaningOf));
  const several = compared.some(({ runs: seeds }) => seeds.length > 1);
  return html`<p class="note">${several ? `Mean over ${units} ± half of Student’s 95 % interval of that mean${foldsAmong(runs) > 0 ? ', widened for the training data that folds share' : ''}.` : ''} ${compared.some(({ runs: seeds }) => seeds.length === 1) ? `Of one ${unit}: its value, and below it the 95 % interval over the test images, which says nothing of how ${units} differ.` : ''} Bold is the best mean, of metrics whose evaluator says which way is better (↓: less is); ${tested.length > 0 ? html`an asterisk marks what differs from it by more than chance (paired t test on shared ${units}, adjusted by Holm over all pairs, p &lt; 0.05).` : 'it need not be better than chance.'}${metrics.some(isJoined) ? ' “concatenated” are the fold models of a seed as one: their embeddings, each of length 1, side by side; a value a seed.' : ''}</p>
${notes}
<div class="scroll tall screen" tabindex="0" role="region" aria-label="Comparison table"><table><thead><tr><th scope="col"><button type="button">run</button></th><th scope="col" class="number"><button type="button">${unit}s</button></th>${headings.map((metric) => html`<th scope="col" class="number"><button type="button">${metric}</button></th>`)}</tr></thead><tbody>${rows}</tbody></table></div>
${paperTables(columns, headings, unit!)}
${differencesTable(tested, groups, meaningOf)}`;
}

/** Sentences about repeats before they are only counted. */
const maxRepeats = 5;
const notesHtml = (notes: readonly string[]): Html =>
  notes.length === 0 ? html`` : html`<ul class="note">${notes.map((note) => html`<li>${note}</li>`)}</ul>`;

/** Renders the table of all runs, a row each. */
export function runsSection({ runs }: ReportContent): Html {
  const rows = runs.map(
    ({ key, title, summary, place }) =>
      html`<tr data-run="${key}"><th scope="row" class="name">${title}</th><td class="status-${summary.status}">${summary.status}</td><td class="number" data-value="${summary.steps}">${summary.steps}</td><td class="number" data-value="${summary.seconds}">${Math.round(summary.seconds)} s</td><td class="number" data-value="${summary.millisecondsPerStep ?? ''}">${summary.millisecondsPerStep === null ? '–' : `${most(summary.millisecondsPerStep)} ms`}</td><td>${summary.device ?? '–'}</td><td>${summary.started?.slice(0, 16).replace('T', ' ') ?? '–'}</td><td>${place}</td></tr>`,
  );
  const names = ['run', 'status', 'steps', 'time', 'a step', 'device', 'started (UTC)', 'folder'];
  return html`<div class="scroll tall" tabindex="0" role="region" aria-label="All runs"><table><thead><tr>${names.map((name, index) => html`<th scope="col"${index >= 2 && index <= 4 ? html` class="number"` : ''}><button type="button">${name}</button></th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** Renders the picture of each run's embedding, and behind it what else the run drew. */
export function picturesSection({ runs, ofRuns }: ReportContent): Html {
  const byRun = runs
    .map((run) => ({ run, figures: ofRuns.filter(({ run: key }) => key === run.key) }))
    .filter(({ figures }) => figures.length > 0);
  if (byRun.length === 0)
    return html`<p class="note">No run has kept embeddings. Name a figure in the spec: <code>figures: [embedding-scatter]</code>.</p>`;
  return html`<div class="figures">${byRun.map(({ run, figures: [first, ...others] }) => html`<section data-run="${run.key}" aria-label="${run.title}"><h3>${run.title}</h3>${figureHtml(first!, 'h4')}${others.length === 0 ? '' : html`<details><summary>${others.length} more ${others.length === 1 ? 'figure' : 'figures'} of this run</summary>${others.map((figure) => figureHtml(figure, 'h4'))}</details>`}</section>`)}</div>`;
}

/** Lists what went wrong: runs that did not finish, folders that cannot be read, warnings. */
export function failuresSection({ runs: shown, unread, notes, searches }: ReportContent): Html {
  const keys = new Set(shown.map(({ folder }) => folder.directory));
  const trials = searches.flatMap((search) => search.trials).filter(({ folder }) => !keys.has(folder.directory));
  const runs = [...shown, ...trials];
  // A trial that was stopped early has done what it should.
  const failed = [
    ...shown.filter(({ summary }) => summary.status !== 'finished'),
    ...trials.filter(({ summary }) => summary.status === 'failed'),
  ];
  const warnings = new Map<string, string[]>();
  for (const { title, warnings: own } of runs)
    for (const warning of own) warnings.set(warning, [...(warnings.get(warning) ?? []), title]);
  if (failed.length + unread.length + warnings.size + notes.length === 0)
    return html`<p>All runs finished, without a warning.</p>`;
  return html`${failed.map(({ key, title, summary, place, folder }) => html`<section${keys.has(folder.directory) ? html` data-run="${key}"` : ''}><h3>${title}: <span class="status-${summary.status}">${summary.status}</span></h3>${summary.error ? html`<pre>${summary.error.code}: ${summary.error.message}</pre>` : ''}<p class="note">after ${summary.steps} steps; journal.jsonl in ${place} has all it did.</p></section>`)}
${unread.map(({ directory, problem }) => html`<section><h3>${directory}: cannot be read</h3><pre>${problem}</pre></section>`)}
${warnings.size === 0 ? '' : html`<h3>Warnings</h3><ul>${[...warnings].map(([warning, titles]) => html`<li>${warning} <span class="muted">(${titles.length === runs.length ? 'every run' : titles.length > 3 ? `${titles.length} runs` : titles.join('; ')})</span></li>`)}</ul>`}
${notes.length === 0 ? '' : html`<h3>Of this page</h3><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>`}`;
}

/** Renders what differs between the specs, then environment and provenance. */
export function provenanceSections({ runs, groups }: ReportContent): { specs: Html; environment: Html } {
  return differingTables(runs, groups);
}
