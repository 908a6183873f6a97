import { guardOutput } from '../../base/errors/guard-output.ts';
import { runCommandLine } from './command-line.ts';

guardOutput(process.stdout);
guardOutput(process.stderr);
// A reader that has seen enough (`| head`) closes the pipe; that is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});
await runCommandLine(process.argv.slice(2));
