import { join } from 'node:path';
import { drawFigures, type DrawingContext } from '../../figures/draw-figures.ts';
import { runPanel } from '../../figures/run-panel.ts';
import type { MeaningOf } from '../../plugins/metric-meanings.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import { runFolderAt } from '../../records/run-folder/create-run-folder.ts';
import { writeAtomically } from '../../base/system/write-atomically.ts';
import { differenceNotes, missingNotes, repeatProblems } from './comparability.ts';
import { comparisonMarkdown, uninformativeMeans } from './comparison-table.ts';
import type { ConcatenatedFolds } from './concatenated-file.ts';
import { comparableGroups, comparedGroups, type ComparedGroup } from './comparison.ts';
import { planMeanings } from '../plan/plan-meanings.ts';
import { readRunFacts, type RunFacts } from '../plan/run-facts.ts';
import type { RunOutcome } from '../plan/run-outcome.ts';

/** A plan's runs side by side. */
export interface PlanComparison {
  readonly groups: readonly ComparedGroup[];
  /** What is missing, and what differs that is not compared; a sentence each. */
  readonly notes: readonly string[];
  readonly meaningOf: MeaningOf;
  /** Files of the figures. */
  readonly figures: readonly string[];
}

/**
 * Writes `comparison.md` beside a plan's runs and draws the figures that set them side by side.
 *
 * @param parent the experiment's folder
 * @param joined fold models that were evaluated as one
 */
export async function comparePlan(
  plan: Plan,
  outcomes: readonly RunOutcome[],
  parent: string,
  runContext: DrawingContext,
  joined: readonly ConcatenatedFolds[] = [],
): Promise<PlanComparison> {
  const groups = comparedGroups(outcomes, joined);
  const meaningOf = await planMeanings([plan], runContext.catalogue);
  const notes = [...(await notesOf(plan, outcomes)), ...uninformativeMeans(groups, meaningOf)];
  const told = notes.length > 0 ? `\n${notes.map((note) => `- ${note}`).join('\n')}\n` : '';
  if (groups.length > 0)
    await writeAtomically(join(parent, 'comparison.md'), `${comparisonMarkdown(groups, meaningOf)}\n${told}`);
  return { groups, notes, meaningOf, figures: await sideBySide(plan, groups, parent, runContext) };
}

async function notesOf({ study }: Plan, outcomes: readonly RunOutcome[]): Promise<string[]> {
  const facts = new Map<string, RunFacts>();
  for (const { dir } of outcomes) {
    const found = await readRunFacts(runFolderAt(dir), () => undefined).catch(() => undefined);
    if (found) facts.set(dir, found);
  }
  const groups = comparableGroups(outcomes, ({ dir }) => ({ facts: facts.get(dir) }));
  const varied = [
    ...outcomes.flatMap(({ point }) => Object.keys(point)),
    ...(study?.groups.flatMap(({ ranges }) => [...ranges.keys()]) ?? []),
  ];
  return [...repeatProblems(groups), ...missingNotes(groups), ...differenceNotes(groups, [...new Set(varied)])];
}

async function sideBySide(
  plan: Plan,
  groups: readonly ComparedGroup[],
  parent: string,
  runContext: DrawingContext,
): Promise<string[]> {
  const { figures } = plan.runs[0]!.spec;
  if (figures.length === 0) return [];
  const panels = groups.flatMap(({ name, runs }) =>
    runs.map(({ dir, name: title, seed, fold, point }) =>
      runPanel({ folder: runFolderAt(dir), title, group: name, seed, fold, point }),
    ),
  );
  if (panels.length === 0) return [];
  const drawn = await drawFigures(figures, panels, join(parent, 'figures'), runContext);
  return drawn.flatMap(({ files }) => files.filter((file) => /\.(?:svg|png)$/.test(file)));
}
