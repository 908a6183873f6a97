import { join } from 'node:path';
import type { LaunchRequest } from 'ablate-ml';

/** How many tasks at a time, on how many GPUs, and how often one begins again whose process was killed. */
export interface LocalOptions {
  readonly parallel: number;
  readonly gpus: number;
  readonly retries: number;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Files by which a launch on this machine is followed: what a task's process is, and how it ended. */
export const startedFile = (directory: string, index: number): string => join(directory, `started-${index}`);
export const endedFile = (directory: string, index: number): string => join(directory, `ended-${index}`);

/** A script that executes all tasks, `parallel` at a time, and lives on without a terminal. */
export function poolScript(
  { parallel, gpus, retries }: LocalOptions,
  { directory, logs, tasks, command, workingDirectory }: LaunchRequest,
): string {
  return `#!/bin/bash
cd ${quoted(workingDirectory)} || exit 1
directory=${quoted(directory)}
logs=${quoted(logs)}
task() {
  ${gpus > 0 ? `export CUDA_VISIBLE_DEVICES=$((SLOT % ${gpus}))\n  ` : ''}for try in $(seq 0 ${retries}); do
    [ -e "$directory/cancelled" ] && break
    echo "$BASHPID" > "$directory/started-$1"
    ${command.map(quoted).join(' ')} "$1" >> "$logs/$1.txt" 2>&1 < /dev/null
    code=$?
    case "$code" in 75 | 134 | 135 | 137 | 138 | 139) ;; *) break ;; esac
  done
  echo "$code" > "$directory/ended-$1"
}
export -f task
export directory logs
printf '%s\\n' ${tasks.map(({ index }) => index).join(' ')} | xargs -P ${parallel} --process-slot-var=SLOT -I{} bash -c 'task {}'
`;
}
