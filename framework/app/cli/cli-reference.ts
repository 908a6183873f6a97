import type { Command, Help } from 'commander';

/** Says all commands in Markdown, from the commands themselves: what `docs/reference/cli.md` holds. */
export function cliReference(program: Command): string {
  const help = program.createHelp();
  // Commander's own `help` is in the list, and no command of ours.
  const commands = help.visibleCommands(program).filter((command) => program.commands.includes(command));
  return [
    '# Commands',
    '',
    'Written by `npm run docs` from the commands. Each says the same of itself: `npx ablate COMMAND --help`.',
    '',
    'Exit codes: 0 done, 2 bad input before any training, 1 a run failed, 130 and 143 interrupted (a checkpoint is written',
    'first; `--resume` goes on).',
    '',
    ...commands.flatMap((command) => section(command, help)),
  ].join('\n');
}

function section(command: Command, help: Help): string[] {
  const given = help
    .visibleArguments(command)
    .map((argument) => [`\`${argument.name()}\``, argument.description] as const);
  const options = help
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help')
    .map(
      (option) =>
        [
          `\`${option.flags}\``,
          option.description + (isTold(option.defaultValue) ? ` (default: \`${String(option.defaultValue)}\`)` : ''),
        ] as const,
    );
  return [
    `## ablate ${command.name()}`,
    '',
    sentence(command.description()),
    '',
    '```text',
    `npx ablate ${command.name()} ${command.usage()}`,
    '```',
    '',
    ...table('argument', given),
    ...table('option', options),
  ];
}

const isTold = (value: unknown): boolean =>
  value !== undefined && value !== true && !(Array.isArray(value) && value.length === 0);

/** A description as a sentence: some are written as one, some begin small as an option's do. */
function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (text.endsWith('.') ? '' : '.');
}

function table(head: string, rows: readonly (readonly [name: string, meaning: string])[]): string[] {
  if (rows.length === 0) return [];
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  return [`| ${head} | meaning |`, '| --- | --- |', ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`), ''];
}
