// Runs the command that it is given, in a group of processes of its own, for as long as its standard input is open: a
// server that a test has started does not outlive the test's process, whatever ends that.
import { spawn } from 'node:child_process';

const [command, ...args] = process.argv.slice(2);
const server = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
const signal = (name) => {
  try {
    process.kill(process.platform === 'win32' ? server.pid : -server.pid, name);
  } catch {
    // It is gone already.
  }
};
const end = (patience) => {
  if (patience > 0) signal('SIGTERM');
  setTimeout(() => signal('SIGKILL'), patience).unref();
};

let said = '';
process.stdin
  .setEncoding('utf8')
  .on('data', (text) => (said += text))
  .on('end', () => end(Number(said.trim()) || 0))
  .on('error', () => end(0));
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => end(0));
server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
server.on('exit', (code) => {
  // Processes of its group may be left where it died by itself.
  signal('SIGKILL');
  process.exit(code ?? 1);
});
