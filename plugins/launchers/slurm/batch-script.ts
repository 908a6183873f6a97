import { join } from 'node:path';
import type { LaunchRequest } from 'ablate-ml';
import type { SlurmOptions } from './options.ts';
import { directive, quoted } from './shell-words.ts';

/**
 * Gives the path of the file whose presence says that a launch was cancelled: a task that is begun again later ends at
 * once.
 */
export const cancelledFile = (directory: string): string => join(directory, 'cancelled');

/** Lines of `#SBATCH` for one array job, a task a run. */
function directives(
  options: SlurmOptions,
  { experiment, tasks, logs, workingDirectory, threads }: LaunchRequest,
): string[] {
  const { partition, account, qos, time, gpus, cpus, memory, constraint, array, warning, extra } = options;
  const optional = { partition, account, qos, time, mem: memory, constraint };
  return [
    `--job-name=${directive(`ablate:${experiment.replaceAll(/\s+/g, '-')}`)}`,
    `--array=0-${tasks.length - 1}${array.parallel ? `%${array.parallel}` : ''}`,
    `--chdir=${directive(workingDirectory)}`,
    `--output=${directive(logs, '/%a.txt')}`,
    '--open-mode=append',
    '--requeue',
    '--nodes=1',
    '--ntasks=1',
    `--cpus-per-task=${cpus ?? threads}`,
    ...(time !== null && warning > 0 ? [`--signal=B:USR1@${warning}`] : []),
    ...(gpus !== 0 ? [`--gres=gpu:${gpus}`] : []),
    ...Object.entries(optional).flatMap(([name, value]) => (value === null ? [] : [`--${name}=${value}`])),
    ...extra,
  ];
}

/**
 * Writes the script of an array job. Bash stays the task's first process: it hands on Slurm's signals, one that comes
 * before the task is known as soon as it is, and has the task
 * begin again where its process was warned of the time limit (exit code 75) or was killed, which Slurm by itself counts
 * as a failure.
 */
export function batchScript(options: SlurmOptions, request: LaunchRequest): string {
  const { directory, command } = request;
  const cancelled = quoted(cancelledFile(directory));
  return `#!/bin/bash
${directives(options, request)
  .map((line) => `#SBATCH ${line}`)
  .join('\n')}

[ -e ${cancelled} ] && exit 0
${options.setup.join('\n')}

task=
early=
pass() { signalled=1; if [ -n "$task" ]; then kill -"$1" "$task" 2>/dev/null; else early=$1; fi; }
trap 'pass USR1' USR1
trap 'pass TERM' TERM
${command.map(quoted).join(' ')} "$SLURM_ARRAY_TASK_ID" &
task=$!
[ -n "$early" ] && kill -"$early" "$task" 2>/dev/null
code=1
while :; do
  signalled=
  wait "$task"
  now=$?
  [ "$now" -eq 127 ] && break
  code=$now
  [ -z "$signalled" ] && break
done

again() {
  [ -e ${cancelled} ] && return
  exec scontrol requeue "\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}"
}
case "$code" in
  75 | 138) again ;;
  134 | 135 | 137 | 139)
    deaths=${quoted(join(directory, 'deaths'))}-"$SLURM_ARRAY_TASK_ID"
    echo "$code" >> "$deaths"
    [ "$(wc -l < "$deaths")" -le ${options.retries} ] && again ;;
esac
exit "$code"
`;
}
