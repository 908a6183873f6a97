import type { Command } from 'commander';

/** Commands that load no plugin. */
const without = ['doctor', 'completion', 'new'];

/**
 * Adds `--trust` to a command that loads plugins: the code of every plugin that is named may run, whether or not the
 * project lists it. The environment carries it on to the processes that the command starts.
 */
export function addTrustOption(command: Command): void {
  if (without.includes(command.name())) return;
  command.option(
    '--trust',
    "run the code of plugins that are named by a path or a package and not listed in this project's package.json",
  );
  command.hook('preAction', () => {
    if (command.opts<{ trust?: boolean }>().trust) process.env.ABLATE_TRUST = '1';
  });
}
