import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { RunEvent } from '../engine/run-event.ts';
import { AblateError } from '../errors/ablate-error.ts';
import { createCatalogue } from '../plugins/load-catalogue.ts';
import { chosenRuns } from '../run/chosen-runs.ts';
import { compareRuns } from '../run/comparison.ts';
import { comparisonTable } from '../run/comparison-table.ts';
import type { RunOutcome } from '../run/run-outcome.ts';
import { runPlan } from '../run/run-plan.ts';
import { loadPlan } from '../spec/load-plan.ts';
import type { Plan } from '../spec/plan.ts';
import { collect } from './collect.ts';
import { showDryRun } from './dry-run.ts';
import { onInterrupt } from './on-interrupt.ts';
import { outcomeCode } from './outcome-code.ts';
import { Progress } from './progress.ts';

interface RunFlags {
  readonly out: string;
  readonly device?: string;
  readonly set: string[];
  readonly resume?: boolean;
  readonly allowChanges?: boolean;
  readonly fresh?: boolean;
  readonly only: string[];
  readonly failed?: boolean;
  readonly dryRun?: boolean;
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** `ablate run SPEC…` */
export function registerRun(program: Command): void {
  program
    .command('run')
    .description('Run every point of the specs: train, evaluate, compare, draw.')
    .argument('<spec...>', 'spec files')
    .option('--out <dir>', 'folder that experiments are kept in', 'runs')
    .option('--device <name>', 'tensorflow-gpu, tensorflow, wasm, cpu or auto, instead of the spec\'s')
    .option('--set <path=value>', 'override a value of the spec; may be repeated', collect, [])
    .option('--resume', 'go on with unfinished runs from their newest checkpoint')
    .option('--allow-changes', 'with --resume: go on although the spec is not the one that a run began with')
    .option('--fresh', 'start over, whatever the run folders hold')
    .option('--only <run>', 'run nothing but the runs of this id or label, * for anything; may be repeated', collect, [])
    .option('--failed', 'run nothing but the runs that failed, from their newest checkpoint')
    .option('--dry-run', 'say what would run, and run nothing')
    .option('--watch', 'follow the runs on a page on this machine alone; its address is printed')
    .option('--json', 'print one JSON document on standard output and nothing else there')
    .action(async (specs: string[], flags: RunFlags) => {
      if (flags.resume && flags.fresh) throw new AblateError('USAGE', '--resume and --fresh contradict each other.', { remedy: 'Give one of them.' });
      if (flags.allowChanges && !flags.resume) throw new AblateError('USAGE', '--allow-changes says how to go on, and nothing is to go on.', { remedy: 'Add --resume.' });
      const catalogue = await createCatalogue();
      const set = flags.device ? [...flags.set, `device=${flags.device}`] : flags.set;
      const plans: Plan[] = [];
      for (const spec of specs) plans.push(await loadPlan(spec, { set, catalogue }));
      const choice = { resume: flags.resume ?? false, allowChanges: flags.allowChanges ?? false, fresh: flags.fresh ?? false, only: flags.only, failed: flags.failed ?? false };
      if (flags.dryRun) return showDryRun(plans, resolve(flags.out), choice, flags.json ?? false);
      const total = plans.reduce((sum, plan) => sum + chosenRuns(plan, flags.only).size, 0);
      const progress = new Progress(total);
      const interrupt = onInterrupt((signal) => progress.note(`${signal}: writing a checkpoint, then stopping. Once more stops at once and loses the steps since the last checkpoint.`));
      const outcomes: RunOutcome[] = [];
      const watched = flags.watch ? await watchPlans(plans, resolve(flags.out)) : undefined;
      if (watched) progress.note(`watch: ${watched.url}`);
      try {
        for (const plan of plans) {
          const report = await runPlan(plan, {
            catalogue,
            out: resolve(flags.out),
            ...choice,
            signal: interrupt.signal,
            onEvent: (run, event: RunEvent) => progress.show(run, event),
            onNote: (line) => progress.note(line),
          });
          outcomes.push(...report.outcomes);
          if (!flags.json) show(plan, report.outcomes, report.figures);
        }
      } finally {
        interrupt.release();
        await watched?.close();
      }
      if (flags.json) process.stdout.write(`${JSON.stringify({ runs: outcomes.map(({ point: _, ...outcome }) => outcome) })}\n`);
      process.exitCode = interrupt.exitCode ?? outcomeCode(outcomes);
    });
}

/** The page of these plans' runs, for as long as they run. */
async function watchPlans(plans: readonly Plan[], out: string): Promise<{ url: string; close(): Promise<void> }> {
  const [{ FollowRuns }, { startWatchServer }] = await Promise.all([import('../watch/follow-runs.ts'), import('../watch/watch-server.ts')]);
  const runs = new FollowRuns(plans.map((plan) => ({ directory: join(out, plan.name), plan })));
  await runs.start();
  const server = await startWatchServer(runs, plans.map(({ name }) => name).join(', '));
  return {
    url: server.url,
    async close() {
      await runs.look();
      runs.stop();
      await server.close();
    },
  };
}

function show(plan: Plan, outcomes: readonly RunOutcome[], figures: readonly string[]): void {
  const groups = compareRuns(outcomes);
  const out = process.stdout;
  if (groups.length > 0) out.write(`\n${plan.name}${plan.description ? `: ${plan.description}` : ''}\n\n${comparisonTable(groups, out.columns ?? 80)}\n`);
  for (const { name, error, dir } of outcomes) {
    if (error) out.write(`\nfailed: ${name}\n  ${error.message}\n  ${join(dir, 'journal.jsonl')} has all it did.\n`);
  }
  if (figures.length > 0) out.write(`\n${figures.map((file) => `figure: ${file}`).join('\n')}\n`);
}
