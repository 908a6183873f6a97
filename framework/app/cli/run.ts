import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { workersOf } from '../../runs/launch/worker-slots.ts';
import { selectedRuns } from '../../runs/plan/selected-runs.ts';
import { comparedGroups } from '../../runs/comparison/comparison.ts';
import { comparisonTable } from '../../runs/comparison/comparison-table.ts';
import { planMeanings } from '../../runs/plan/plan-meanings.ts';
import { knownRuns } from '../../runs/plan/known-runs.ts';
import type { PlanReport } from '../../runs/execute/run-plan.ts';
import type { Chosen } from '../../experiment/spec/study-stages.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import { optionWords } from '../../experiment/spec/point-words.ts';
import { tell } from '../../base/system/tell.ts';
import type { FollowRuns } from '../../analysis/watch/follow-runs.ts';
import { loadSpecs, runSpecs, type LoadedSpecs, type RunListeners } from '../api/run-specs.ts';
import { collect } from './collect.ts';
import { showDryRun } from './dry-run.ts';
import { onInterrupt, type Interrupt } from './on-interrupt.ts';
import { outcomeCode } from './outcome-code.ts';
import { Progress } from './progress.ts';
import type { WorkersProgress } from './workers-progress.ts';

interface RunFlags {
  readonly out: string;
  readonly device?: string;
  readonly workers?: string;
  readonly ranks?: string;
  readonly profile: string[];
  readonly set: string[];
  readonly resume?: boolean;
  readonly allowChanges?: boolean;
  readonly fresh?: boolean;
  readonly keep?: boolean;
  readonly only: string[];
  readonly failed?: boolean;
  readonly dryRun?: boolean;
  readonly memoryCheck: boolean;
  readonly trace?: boolean;
  readonly watch?: boolean;
  readonly report?: boolean;
  readonly json?: boolean;
}

/** Registers `ablate run SPEC…` */
export function registerRun(program: Command): void {
  program
    .command('run')
    .description('Run every point of the specs: train, evaluate, compare, draw.')
    .argument('<spec...>', 'spec files')
    .option('--out <dir>', 'folder that experiments are kept in', 'runs')
    .option('--device <name>', "tensorflow-gpu, tensorflow, webgpu, wasm, cpu or auto, instead of the spec's")
    .option(
      '--workers <n>',
      'processes that run side by side, one a GPU or a share of the processors: a number, or auto',
    )
    .option('--ranks <n>', 'processes that compute a part of each batch, as train.ranks of the spec')
    .option('--profile <name>', 'merge a profile of the spec over it, e.g. --profile gpu; may be repeated', collect, [])
    .option('--set <path=value>', 'override a value of the spec; may be repeated', collect, [])
    .option('--resume', 'go on with unfinished runs from their newest checkpoint')
    .option('--allow-changes', 'with --resume: go on although the spec is not the one that a run began with')
    .option('--fresh', 'start over, whatever the run folders hold')
    .option('--keep', 'leave finished runs as they are although their data or plugins have changed since')
    .option(
      '--only <run>',
      'run nothing but the runs of this id or label, * for anything; may be repeated',
      collect,
      [],
    )
    .option('--failed', 'run nothing but the runs that failed, from their newest checkpoint')
    .option('--dry-run', 'say what would run, and run nothing')
    .option('--no-memory-check', 'begin a sweep without estimating first whether each of its runs fits into memory')
    .option(
      '--trace',
      "tell what the time goes into: a trace in the run's folder, a table of the ten most expensive kernels",
    )
    .option('--watch', 'follow the runs on a page on this machine alone; its address is printed')
    .option('--report', "write one HTML page about each spec's runs into its folder")
    .option('--json', 'print one JSON document on standard output and nothing else there')
    .action(async (specs: string[], flags: RunFlags) => {
      if (flags.resume && flags.fresh)
        throw new AblateError('USAGE', '--resume and --fresh contradict each other.', { remedy: 'Give one of them.' });
      if (flags.allowChanges && !flags.resume)
        throw new AblateError('USAGE', '--allow-changes says how to go on, and nothing is to go on.', {
          remedy: 'Add --resume.',
        });
      if (flags.trace && flags.workers !== undefined)
        throw new AblateError(
          'USAGE',
          '--trace measures a process that has the machine to itself, and --workers shares it.',
          { remedy: 'Give one of them.' },
        );
      const workers = flags.workers === undefined ? undefined : workersOf(flags.workers);
      const set = [
        ...flags.set,
        ...(flags.device ? [`device=${flags.device}`] : []),
        ...(flags.ranks ? [`train.ranks=${flags.ranks}`] : []),
      ];
      const out = resolve(flags.out);
      const loaded = await loadSpecs(specs, { profiles: flags.profile, set });
      const choice = {
        resume: flags.resume ?? false,
        allowChanges: flags.allowChanges ?? false,
        fresh: flags.fresh ?? false,
        keep: flags.keep ?? false,
        only: flags.only,
        failed: flags.failed ?? false,
      };
      if (flags.dryRun) return showDryRun(loaded.plans, out, choice, flags.json ?? false);
      let followed: FollowRuns | undefined;
      let page: Awaited<ReturnType<typeof watchPage>> | undefined;
      let progress: Progress | WorkersProgress | undefined;
      let interrupt: Interrupt | undefined;
      const onStart = async (plans: readonly Plan[], inWorkers: boolean): Promise<RunListeners> => {
        followed = flags.watch || inWorkers ? await followPlans(plans, out) : undefined;
        page = flags.watch ? await watchPage(followed!, plans) : undefined;
        // The one address that is of no use without its token.
        if (page) process.stderr.write(`watch: ${page.url}\n`);
        const shown = inWorkers
          ? new (await import('./workers-progress.ts')).WorkersProgress(followed!)
          : new Progress(await countRuns(plans, out, flags.only), await planMeanings(plans, loaded.catalogue));
        progress = shown;
        interrupt = onInterrupt((signal) =>
          shown.note(
            `${signal}: writing a checkpoint, then stopping. Once more stops at once and loses the steps since the last checkpoint.`,
          ),
        );
        return {
          signal: interrupt.signal,
          onEvent: (run, event) => shown.show(run, event),
          onNote: (line) => shown.note(line),
          ...(!flags.json && { onReport: show }),
        };
      };
      let reports: readonly PlanReport[];
      try {
        reports = await runSpecs(loaded, {
          ...choice,
          out,
          workers,
          trace: flags.trace ?? false,
          memoryCheck: flags.memoryCheck,
          onNote: tell,
          onStart,
        });
      } finally {
        interrupt?.release();
        await followed?.look();
        if (progress && 'close' in progress) progress.close();
        followed?.stop();
        await page?.close();
      }
      const outcomes = reports.flatMap((report) => report.outcomes);
      const chosen = reports.flatMap((report, index) =>
        report.chosen.map(({ group, values, score }) => ({
          experiment: loaded.plans[index]!.name,
          group,
          values: Object.fromEntries(values),
          score,
        })),
      );
      if (flags.json)
        process.stdout.write(
          `${JSON.stringify({ runs: outcomes.map(({ point: _, ...outcome }) => outcome), ...(chosen.length > 0 && { chosen }) })}\n`,
        );
      else if (workers !== undefined)
        for (const [index, report] of reports.entries()) show(loaded.plans[index]!, report);
      process.exitCode = interrupt!.exitCode ?? outcomeCode(outcomes);
      if (flags.report && !interrupt!.signal.aborted) await writeReports(loaded, out);
    });
}

/** How many runs there will be: of a study, more than are known when it begins. */
async function countRuns(plans: readonly Plan[], out: string, only: readonly string[]): Promise<number> {
  let count = 0;
  for (const plan of plans)
    count +=
      plan.study && only.length === 0
        ? plan.study.total
        : selectedRuns((await knownRuns(plan, join(out, plan.name))).plan, only).size;
  return count;
}

async function writeReports({ plans, catalogue }: LoadedSpecs, out: string): Promise<void> {
  const { reportOn } = await import('./report.ts');
  for (const { name, file } of plans) {
    const written = await reportOn([file], { runs: out, catalogue, out: join(out, name, 'report.html') });
    tell(`report: ${written.file}`);
  }
}

async function followPlans(plans: readonly Plan[], out: string): Promise<FollowRuns> {
  const { FollowRuns } = await import('../../analysis/watch/follow-runs.ts');
  const runs = new FollowRuns(plans.map((plan) => ({ directory: join(out, plan.name), plan })));
  await runs.start();
  return runs;
}

/** The page of these plans' runs, for as long as they run. */
async function watchPage(runs: FollowRuns, plans: readonly Plan[]): Promise<{ url: string; close(): Promise<void> }> {
  const { startWatchServer } = await import('../../analysis/watch/watch-server.ts');
  return startWatchServer(runs, plans.map(({ name }) => name).join(', '));
}

/** `chosen for cosface: m 0.31, rate 0.0142 (0.6429 on validation)` */
function chosenLine({ group, values, score }: Chosen): string {
  return `chosen${group ? ` for ${group}` : ''}: ${optionWords(values).join(', ')}${score === undefined ? '' : ` (${Number(score.toPrecision(4))} on validation)`}`;
}

function show(plan: Plan, { outcomes, compared, chosen, concatenated, notes, meaningOf, figures }: PlanReport): void {
  const groups = comparedGroups(compared, concatenated);
  const out = process.stdout;
  if (groups.length > 0)
    out.write(
      `\n${plan.name}${plan.description ? `: ${plan.description}` : ''}\n\n${comparisonTable(groups, out.columns ?? 80, meaningOf)}\n`,
    );
  if (notes.length > 0) out.write(`\n${notes.join('\n')}\n`);
  if (chosen.length > 0) out.write(`\n${chosen.map(chosenLine).join('\n')}\n`);
  for (const { name, error, dir } of outcomes) {
    if (error) out.write(`\nfailed: ${name}\n  ${error.message}\n  ${join(dir, 'journal.jsonl')} has all it did.\n`);
  }
  if (figures.length > 0) out.write(`\n${figures.map((file) => `figure: ${file}`).join('\n')}\n`);
}
