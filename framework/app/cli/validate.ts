import { InvalidArgumentError, type Command } from 'commander';
import { cacheDirectory } from '../../base/system/cache-directory.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { faultText, type Fault } from '../../experiment/spec/fault.ts';
import { Inspections } from '../../experiment/spec/inspections.ts';
import { loadPlan, type PlanOptions } from '../../experiment/spec/load-plan.ts';
import { shownFile } from '../../base/errors/shown-file.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import { SpecError } from '../../experiment/spec/spec-error.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import { tell } from '../../base/system/tell.ts';
import { collect } from './collect.ts';
import { memoryLines, memoryReports, type MemoryReport } from './memory-report.ts';
import { printJson } from './print-json.ts';

/**
 * Adds `ablate validate SPEC…`: checks specs whole, prints the runs they expand to, and trains nothing. Exit code 2 on
 * any fault.
 */
export function registerValidate(program: Command): void {
  program
    .command('validate')
    .description('check specs and show the runs they expand to, without training')
    .argument('<spec...>', 'spec files')
    .option('--profile <name>', 'merge a profile of the spec over it, e.g. --profile gpu; may be repeated', collect, [])
    .option('--set <path=value>', 'change a value of the spec, e.g. --set train.epochs=3 (repeatable)', collect)
    .option('--memory', 'estimate the most memory that each run takes, and say what would make it fit')
    .option(
      '--memory-limit <gib>',
      'what it must fit into, in GiB (default: what this process may use)',
      bytesOfGibibytes,
    )
    .option(
      '--no-file-check',
      'leave out whether the files that the specs name are there and fit: where they lie on other machines',
    )
    .option('--json', 'print one JSON document')
    .action(
      async (
        files: string[],
        options: {
          profile: string[];
          set?: string[];
          memory?: boolean;
          memoryLimit?: number;
          fileCheck: boolean;
          json?: boolean;
        },
      ) => {
        const { plans, faults } = await loadAll(
          files,
          { profiles: options.profile, set: options.set ?? [] },
          options.fileCheck,
        );
        const reports: MemoryReport[][] = [];
        if (options.memory || options.memoryLimit)
          for (const plan of plans) reports.push(await memoryReports(plan, options.memoryLimit));
        if (reports.flat().some(({ fits }) => fits === false)) process.exitCode = 2;
        if (options.json)
          printJson({
            specs: plans.map((plan, index) => ({
              ...planDocument(plan),
              ...(reports[index] && { memory: reports[index] }),
            })),
            faults,
          });
        else {
          for (const [index, plan] of plans.entries()) {
            printPlan(plan);
            if (reports[index])
              process.stdout.write(
                `${plan.runs.flatMap((run, position) => memoryLines(run, reports[index]![position]!)).join('\n')}\n`,
              );
          }
          if (faults.length > 0)
            tell(`${faults.map(faultText).join('\n')}\n${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`);
        }
        if (faults.length > 0) process.exitCode = 2;
      },
    );
}

/** GiB as it is typed, in bytes. */
function bytesOfGibibytes(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number of GiB above 0.');
  return value * 2 ** 30;
}

/** Plans of specs and the faults of all of them, those of the files that they name among them. */
async function loadAll(
  files: readonly string[],
  composed: Pick<PlanOptions, 'profiles' | 'set'>,
  fileCheck: boolean,
): Promise<{ plans: Plan[]; faults: Fault[] }> {
  const catalogue = await createCatalogue();
  const plans: Plan[] = [];
  const faults: Fault[] = [];
  for (const file of files) {
    try {
      const inspections = new Inspections();
      const plan = await loadPlan(file, { ...composed, catalogue, inspections });
      const found = fileCheck ? await inspections.faults({ cacheDirectory: cacheDirectory(), warn: tell }) : [];
      if (found.length === 0) plans.push(plan);
      else faults.push(...found);
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      faults.push(...error.faults);
    }
  }
  return { plans, faults };
}

function planDocument({ name, file, runs }: Plan): object {
  return { name, file, runs: runs.map(({ id, label, point, spec }) => ({ id, label, seed: spec.seed, point })) };
}

function printPlan({ file, runs }: Plan): void {
  process.stdout.write(`${shownFile(file)}: ok, ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}\n`);
  for (const { id, label } of runs) process.stdout.write(redactSecrets(`  ${label}  (${id})\n`));
}
