import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z, type Launcher, type LaunchRequest } from 'ablate-ml';

const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

export const options = z.strictObject({
  threads: z.int().min(1).default(1).describe('threads of the runs of a spec that names none'),
});

/** Writes one line of shell for each task. */
export function commandLines({ tasks, command, workingDirectory }: LaunchRequest): string[] {
  return tasks.map(
    ({ index }) => `cd ${quoted(workingDirectory)} && ${[...command, String(index)].map(quoted).join(' ')}`,
  );
}

/** Executes nothing: writes and prints the commands, for anything that can call a command. */
export function commandLauncher(): Launcher {
  return {
    async launch(request) {
      const file = join(request.directory, 'commands.sh');
      const lines = commandLines(request);
      await writeFile(file, `${lines.join('\n')}\n`);
      return { job: null, lines: [...lines, `These lines are in ${file} too.`] };
    },
  };
}
