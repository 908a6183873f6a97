import { Command, CommanderError } from 'commander';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import { frameworkVersion } from '../../base/system/version.ts';
import { errorAddress } from './error-address.ts';
import { addTrustOption } from './trust-option.ts';

/** Commands by name; each is one file that is read only when its command is called. */
const commands: Record<string, () => Promise<(program: Command) => void>> = {
  run: async () => (await import('./run.ts')).registerRun,
  launch: async () => (await import('./launch.ts')).registerLaunch,
  status: async () => (await import('./status.ts')).registerStatus,
  cancel: async () => (await import('./cancel.ts')).registerCancel,
  task: async () => (await import('./task.ts')).registerTask,
  resume: async () => (await import('./resume.ts')).registerResume,
  validate: async () => (await import('./validate.ts')).registerValidate,
  show: async () => (await import('./show.ts')).registerShow,
  evaluate: async () => (await import('./evaluate.ts')).registerEvaluate,
  embed: async () => (await import('./embed.ts')).registerEmbed,
  index: async () => (await import('./index-command.ts')).registerIndex,
  search: async () => (await import('./search.ts')).registerSearch,
  export: async () => (await import('./export.ts')).registerExport,
  list: async () => (await import('./list.ts')).registerList,
  describe: async () => (await import('./describe.ts')).registerDescribe,
  check: async () => (await import('./check.ts')).registerCheck,
  doctor: async () => (await import('./doctor.ts')).registerDoctor,
  sync: async () => (await import('./sync.ts')).registerSync,
  reproduce: async () => (await import('./reproduce.ts')).registerReproduce,
  data: async () => (await import('./data.ts')).registerData,
  diff: async () => (await import('./diff.ts')).registerDiff,
  compare: async () => (await import('./compare.ts')).registerCompare,
  report: async () => (await import('./report.ts')).registerReport,
  init: async () => (await import('./init.ts')).registerInit,
  import: async () => (await import('./import.ts')).registerImport,
  new: async () => (await import('./new.ts')).registerNew,
  schema: async () => (await import('./schema.ts')).registerSchema,
  completion: async () => (await import('./completion.ts')).registerCompletion,
  watch: async () => (await import('./watch.ts')).registerWatch,
};

/**
 * Runs a command line, its words without the program's; sets the exit code: 0 done, 1 a run failed, 2 bad input, 130 or
 * 143 interrupted.
 */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  const [asked] = args;
  // What completes a command line knows all commands; the version is no command's.
  const wanted =
    asked === '--version' || asked === '-V'
      ? []
      : asked !== undefined && Object.hasOwn(commands, asked) && asked !== 'completion'
        ? [asked]
        : Object.keys(commands);
  const program = await commandsOf(wanted);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Builds the program with some of its commands, by default all. */
export async function commandsOf(names: readonly string[] = Object.keys(commands)): Promise<Command> {
  const program = new Command('ablate')
    .description('Declarative experiments for deep metric learning.')
    .version(frameworkVersion)
    .exitOverride()
    .showHelpAfterError();
  for (const name of names) (await commands[name]!())(program);
  for (const command of program.commands) addTrustOption(command.exitOverride().showHelpAfterError());
  return program;
}

/** Prints an error as a person should see it and says which exit code it means. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof AblateError) {
    process.stderr.write(`${redactSecrets(error.message)}\n  On this error: ${errorAddress(error.code)}\n`);
    return error.exitCode;
  }
  const problem = error instanceof Error ? error.stack : String(error);
  process.stderr.write(
    `Ablate met an error that it did not expect. Please report it with the lines below.\n${redactSecrets(problem)}\n`,
  );
  return 1;
}
