import { Argument, type Command } from 'commander';
import { deviceNames } from '../../contracts/device.ts';
import { kindNames, kinds } from '../../plugins/kinds.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { completionScript, shells, type CompletedCommand, type Shell } from './completion-script.ts';

/**
 * Adds `ablate completion SHELL`: a script that completes commands, options, plugins and files. It knows all by itself
 * and calls nothing.
 */
export function registerCompletion(program: Command): void {
  program
    .command('completion')
    .description("print a script by which a shell completes ablate's commands")
    .addArgument(new Argument('<shell>').choices([...shells]))
    .addHelpText(
      'after',
      '\nbash and zsh: eval "$(npx ablate completion bash)" in ~/.bashrc, and likewise in ~/.zshrc\nfish: npx ablate completion fish > ~/.config/fish/completions/ablate.fish',
    )
    .action(async (shell: Shell) => {
      const catalogue = await createCatalogue();
      const plugins = [...new Set(kindNames.flatMap((kind) => catalogue.names(kind)))].sort();
      const shown = program
        .createHelp()
        .visibleCommands(program)
        .filter((command) => program.commands.includes(command));
      process.stdout.write(
        completionScript(
          shell,
          shown.map((command) => completed(command, plugins)),
        ),
      );
    });
}

function completed(command: Command, plugins: readonly string[]): CompletedCommand {
  const names = command.registeredArguments.map((argument) => argument.name());
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  return {
    name: command.name(),
    description: command.description(),
    options: command.options.map(({ long, short, description, required, optional }) => ({
      name: (long ?? short)!,
      description,
      takesValue: required || optional,
      values: long === '--device' ? [...deviceNames, 'auto'] : long === '--evaluate' ? plugins : [],
    })),
    words: [...choices, ...(names.includes('plugin') ? plugins : names.includes('kind') ? Object.values(kinds) : [])],
  };
}
