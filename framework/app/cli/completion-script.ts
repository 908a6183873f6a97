/** Shells that can be completed in. */
export const shells = ['bash', 'zsh', 'fish'] as const;

/** A shell that can be completed in. */
export type Shell = (typeof shells)[number];

/** A command as a completion knows it. */
export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  /** Words for its arguments, beside files. */
  readonly words: readonly string[];
}

/** An option with what may follow it. */
interface CompletedOption {
  /** `--device` */
  readonly name: string;
  readonly description: string;
  readonly takesValue: boolean;
  /** Words for its value; files where there are none. */
  readonly values: readonly string[];
}

/** Writes the script by which a shell completes `ablate`. */
export function completionScript(shell: Shell, commands: readonly CompletedCommand[]): string {
  return { bash, zsh, fish }[shell](commands);
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const firstSentence = (text: string): string => text.split(/[.;:] |\n/, 1)[0]!.replace(/\.$/, '');
const valued = (commands: readonly CompletedCommand[]): CompletedOption[] => [
  ...new Map(
    commands
      .flatMap(({ options }) => options.filter(({ values }) => values.length > 0))
      .map((option) => [option.name, option]),
  ).values(),
];

function bash(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(
    ({ name, options, words }) =>
      `    ${name}) options=${quoted(options.map((option) => option.name).join(' '))}; words=${quoted(words.join(' '))} ;;`,
  );
  const values = valued(commands).map(
    ({ name, values: of }) => `    ${name}) COMPREPLY=($(compgen -W ${quoted(of.join(' '))} -- "$current")); return ;;`,
  );
  return `# ablate completion for bash
_ablate() {
  local current="\${COMP_WORDS[COMP_CWORD]}" options words
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${quoted(commands.map(({ name }) => name).join(' '))} -- "$current"))
    return
  fi
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
${values.join('\n')}
  esac
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) return ;;
  esac
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  else
    local IFS=$'\\n'
    COMPREPLY=($(IFS=' '; compgen -W "$words" -- "$current") $(compgen -f -- "$current"))
  fi
}
complete -o filenames -o default -F _ablate ablate
`;
}

function zsh(commands: readonly CompletedCommand[]): string {
  const described = (name: string, description: string): string =>
    quoted(`${name.replaceAll(':', String.raw`\:`)}:${firstSentence(description)}`);
  const cases = commands.map(
    ({ name, options, words }) =>
      `    ${name}) options=(${options.map((option) => described(option.name, option.description)).join(' ')}); words_here=(${words.map(quoted).join(' ')}) ;;`,
  );
  const values = valued(commands).map(
    ({ name, values: of }) => `    ${name}) compadd -- ${of.map(quoted).join(' ')}; return ;;`,
  );
  return `#compdef ablate
# ablate completion for zsh
_ablate() {
  local -a commands options words_here
  commands=(${commands.map(({ name, description }) => described(name, description)).join(' ')})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case "\${words[CURRENT-1]}" in
${values.join('\n')}
  esac
  case "\${words[2]}" in
${cases.join('\n')}
  esac
  if [[ "$PREFIX" == -* ]]; then
    _describe option options
  else
    compadd -a words_here
    _files
  fi
}
compdef _ablate ablate
`;
}

function fish(commands: readonly CompletedCommand[]): string {
  const line = (parts: readonly string[]): string => `complete -c ablate ${parts.join(' ')}`;
  const lines = commands.flatMap(({ name, description, options, words }) => {
    const here = `-n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
    return [
      line(['-n __fish_use_subcommand', '-f', `-a ${name}`, `-d ${quoted(firstSentence(description))}`]),
      ...(words.length > 0 ? [line([here, `-a ${quoted(words.join(' '))}`])] : []),
      ...options.map((option) =>
        line([
          here,
          option.name.startsWith('--') ? `-l ${option.name.slice(2)}` : `-s ${option.name.slice(1)}`,
          `-d ${quoted(firstSentence(option.description))}`,
          ...(option.takesValue ? ['-r'] : []),
          ...(option.values.length > 0 ? ['-f', `-a ${quoted(option.values.join(' '))}`] : []),
        ]),
      ),
    ];
  });
  return `# ablate completion for fish\n${lines.join('\n')}\n`;
}
