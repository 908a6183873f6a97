import { resolve } from 'node:path';
import type { Command } from 'commander';
import { experimentsIn, sweepStatus, type RunStanding, type SweepStatus } from '../../runs/launch/sweep-status.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { printJson } from './print-json.ts';
import { printTable } from './print-table.ts';

/** Registers `ablate status DIR…` */
export function registerStatus(program: Command): void {
  program
    .command('status')
    .description(
      'Show how sweeps stand: the queue that they were launched to, and their progress. From any machine that sees the folder.',
    )
    .argument('[dir...]', 'folders of experiments or of all of them', ['runs'])
    .option('--json', 'print one JSON document on standard output and nothing else there')
    .action(async (directories: string[], { json }: { json?: boolean }) => {
      const catalogue = await createCatalogue();
      const experiments = (await Promise.all(directories.map((directory) => experimentsIn(resolve(directory))))).flat();
      const sweeps: SweepStatus[] = [];
      for (const experiment of new Set(experiments)) sweeps.push(await sweepStatus(experiment, catalogue));
      if (json) printJson({ version: 1, sweeps: sweeps.map(document) });
      else for (const sweep of sweeps) show(sweep);
    });
}

const wordOf = ({ state, task, isLost }: RunStanding): string =>
  isLost
    ? 'lost'
    : state.status === 'waiting' && task
      ? task.state === 'over'
        ? 'not begun'
        : task.state
      : state.status;

function document({ name, directory, runs, problems, damaged }: SweepStatus): object {
  return {
    name,
    directory,
    problems,
    damaged,
    runs: runs.map((run) => ({
      id: run.state.key.split('/').at(-1),
      label: run.state.title,
      status: wordOf(run),
      queue: run.task ? { state: run.task.state, words: run.task.words, host: run.task.host ?? null } : null,
      step: run.state.step,
      steps: run.state.steps,
      loss: Number.isFinite(run.state.loss) ? run.state.loss : null,
      secondsLeft: run.state.left,
      metrics: run.state.metrics,
      error: run.state.error,
    })),
  };
}

function show({ name, directory, runs, problems, damaged }: SweepStatus): void {
  const out = process.stdout;
  const counts = new Map<string, number>();
  for (const run of runs) counts.set(wordOf(run), (counts.get(wordOf(run)) ?? 0) + 1);
  out.write(`${name}: ${[...counts].map(([word, count]) => `${count} ${word}`).join(', ') || 'no run yet'}\n`);
  const launched = runs.some(({ task }) => task);
  printTable([
    ['RUN', 'STATUS', ...(launched ? ['QUEUE'] : []), 'STEP', 'LOSS', 'LEFT'],
    ...runs.map((run) => {
      const { state, task } = run;
      const queue = task ? [task.words, task.host].filter(Boolean).join(' on ') : '–';
      return [
        state.title,
        wordOf(run),
        ...(launched ? [queue] : []),
        state.steps > 0 ? `${state.step}/${state.steps}` : '–',
        state.loss === null ? '–' : state.loss.toPrecision(4),
        state.status === 'running' && state.left !== null && !run.isLost ? `${Math.round(state.left)} s` : '–',
      ];
    }),
  ]);
  for (const problem of damaged) out.write(`Left out: ${problem}\n`);
  for (const problem of problems) out.write(`The queue does not answer (${problem}): this is what the journals say.\n`);
  if (runs.some(({ isLost }) => isLost))
    out.write(`Of the runs that are lost no process is left: launch the spec again, and they go on. (${directory})\n`);
}
