import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { launchPlan } from '../../runs/launch/launch-plan.ts';
import { builtInNames } from '../../plugins/built-in-plugins.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { inspectDue } from '../../runs/execute/inspect-due.ts';
import { Inspections } from '../../experiment/spec/inspections.ts';
import { loadPlan } from '../../experiment/spec/load-plan.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import { tell } from '../../base/system/tell.ts';
import { collect } from './collect.ts';
import { printJson } from './print-json.ts';

interface LaunchFlags extends Readonly<Record<string, unknown>> {
  readonly out: string;
  readonly profile: string[];
  readonly set: string[];
  readonly device?: string;
  readonly only: string[];
  readonly launcher?: string;
  readonly allowChanges?: boolean;
  readonly keep?: boolean;
  readonly fileCheck: boolean;
  readonly json?: boolean;
}

/** Registers `ablate launch SPEC…` */
export function registerLaunch(program: Command): void {
  const command = program
    .command('launch')
    .description('Hand the runs of specs to a launcher, such as a Slurm cluster, and return.')
    .argument('<spec...>', 'spec files')
    .option('--out <dir>', 'folder that experiments are kept in, which all machines see', 'runs')
    .option('--device <name>', "tensorflow-gpu, tensorflow, wasm, cpu or auto, instead of the spec's")
    .option('--profile <name>', 'merge a profile of the spec over it, e.g. --profile gpu; may be repeated', collect, [])
    .option('--set <path=value>', 'override a value of the spec; may be repeated', collect, [])
    .option(
      '--only <run>',
      'launch nothing but the runs of this id or label, * for anything; may be repeated',
      collect,
      [],
    )
    .option(
      '--launcher <name>',
      "a launcher from a package or a path, instead of the spec's; its options by --set launcher.OPTION=…",
    )
    .option('--allow-changes', 'go on with unfinished runs although their spec has changed')
    .option('--keep', 'leave finished runs as they are although their data or plugins have changed since')
    .option(
      '--no-file-check',
      'leave out whether the files that the spec names are there and fit: where they lie on the other machines alone',
    )
    .option('--json', 'print one JSON document on standard output and nothing else there');
  for (const name of builtInNames('launcher'))
    command.addOption(new Option(`--${name} [option=value...]`, `launch by ${name}, with these options of it`));
  command.action(async (specs: string[], flags: LaunchFlags) => {
    const catalogue = await createCatalogue();
    const launches = [];
    for (const spec of specs) {
      const set = [...flags.set, ...(flags.device ? [`device=${flags.device}`] : [])];
      const profiles = flags.profile;
      const named = (await loadPlan(spec, { profiles, set, catalogue })).launch?.plugin;
      const inspections = new Inspections();
      const plan = await loadPlan(spec, {
        profiles,
        set: [...set, ...launcherSettings(flags, named)],
        catalogue,
        inspections,
      });
      if (flags.fileCheck)
        await inspectDue([plan], inspections, {
          resume: true,
          fresh: false,
          only: flags.only,
          out: resolve(flags.out),
        });
      const report = await launchPlan(plan, {
        catalogue,
        out: resolve(flags.out),
        allowChanges: flags.allowChanges ?? false,
        keep: flags.keep ?? false,
        only: flags.only,
        onNote: tell,
      });
      launches.push({ name: plan.name, ...report });
      if (!flags.json)
        process.stdout.write(
          `${redactSecrets(report.lines.join('\n'))}\n${report.job === null ? '' : `ablate status ${resolve(flags.out, plan.name)} shows how it stands.\n`}`,
        );
    }
    if (flags.json) printJson({ version: 1, launches });
  });
}

/**
 * `--slurm time=60 partition=gpu` as settings of the spec: the spec's own options of that launcher stay where nothing
 * else is said.
 */
function launcherSettings(flags: LaunchFlags, named: string | undefined): string[] {
  const built = builtInNames('launcher').filter((name) => flags[name] !== undefined);
  const wanted = [...built, ...(flags.launcher === undefined ? [] : [flags.launcher])];
  if (wanted.length > 1)
    throw new AblateError('USAGE', `${wanted.join(' and ')} are two launchers.`, { remedy: 'Name one.' });
  const [launcher] = wanted;
  if (launcher === undefined) return [];
  const given = Array.isArray(flags[launcher]) ? (flags[launcher] as string[]) : [];
  const wrong = given.find((setting) => !/^[\w.]+=/.test(setting));
  if (wrong !== undefined)
    throw new AblateError('USAGE', `"${wrong}" is no option of ${launcher} with its value.`, {
      remedy: `Write --${launcher} OPTION=VALUE, and spec files before it. ablate describe ${launcher} shows the options.`,
    });
  return [
    ...(named === launcher ? [] : [`launch={${JSON.stringify(launcher)}: {}}`]),
    ...given.map((setting) => `launch.${launcher}.${setting}`),
  ];
}
