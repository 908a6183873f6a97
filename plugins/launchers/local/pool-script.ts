import { join } from 'node:path';
import { z, type LaunchRequest } from 'ablate-ml';

export const options = z.strictObject({
  parallel: z.int().min(1).default(1).describe('runs at a time'),
  gpus: z.int().min(0).default(0).describe('GPUs of the machine, which the runs take in turn; 0 leaves it to the runs'),
  threads: z.int().min(1).default(1).describe('threads of the runs of a spec that names none'),
  retries: z.int().min(0).default(3).describe('times that a run goes on whose process was killed or crashed'),
});

/** How many tasks at a time, on how many GPUs, and how often one begins again whose process was killed. */
export type LocalOptions = z.output<typeof options>;

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Gives the path of the file that says what a launched task's process is. */
export const startedFile = (directory: string, index: number): string => join(directory, `started-${index}`);
/** Gives the path of the file that says how a launched task ended. */
export const endedFile = (directory: string, index: number): string => join(directory, `ended-${index}`);

/** Writes a script that executes all tasks, `parallel` at a time, and lives on without a terminal. */
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
