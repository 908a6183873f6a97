import type { Command } from 'commander';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { findNamed, type Named } from '../../analysis/compare/find-named.ts';
import { FollowRuns } from '../../analysis/watch/follow-runs.ts';
import { watchInTerminal } from '../../analysis/watch/terminal-watch.ts';
import { startWatchServer } from '../../analysis/watch/watch-server.ts';

interface WatchFlags {
  readonly runs: string;
  readonly port: string;
  readonly page: boolean;
  readonly untilDone?: boolean;
}

/** Reads what `--port` names. @throws AblateError USAGE */
export function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new AblateError('USAGE', `There is no port "${text}".`, {
    remedy: 'Ports are whole numbers from 1 to 65535; 0 for any that is free.',
  });
}

/** Registers `ablate watch DIR|SPEC…` */
export function registerWatch(program: Command): void {
  program
    .command('watch')
    .description('Follow running sweeps: a page on this machine alone, and a table in the terminal.')
    .argument('<dir-or-spec...>', 'folders of runs, of experiments, or specs; they need not have begun')
    .option('--runs <dir>', 'folder that experiments are kept in, where a spec is named', 'runs')
    .option('--port <port>', 'port of the page; any that is free unless given', '0')
    .option('--no-page', 'the terminal alone')
    .option('--until-done', 'end when no run is waiting or under way')
    .action(async (names: string[], { runs: out, port, page, untilDone }: WatchFlags) => {
      const wanted = portOf(port);
      const catalogue = await createCatalogue();
      const named: Named[] = [];
      for (const name of names) named.push(await findNamed(name, out, catalogue));
      const runs = new FollowRuns(named);
      await runs.start();
      const server = page ? await startWatchServer(runs, names.join(', '), wanted) : undefined;
      if (server) process.stdout.write(`${server.url}\n`);
      const terminal = watchInTerminal(runs);
      try {
        await ended(runs, untilDone ?? false);
      } finally {
        terminal.close();
        runs.stop();
        await server?.close();
      }
    });
}

/** Waits for Ctrl-C, or where asked until nothing is left to come. Looking on has no bad end: the exit code stays 0. */
async function ended(runs: FollowRuns, untilDone: boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (untilDone && !runs.isUnderWay) finish();
    }, 200);
    const finish = (): void => {
      clearInterval(timer);
      process.off('SIGINT', finish).off('SIGTERM', finish);
      resolve();
    };
    process.on('SIGINT', finish).on('SIGTERM', finish);
  });
}
