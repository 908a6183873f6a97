import { createServer, connect, type Server } from 'node:net';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../../framework/app/api/run.ts';
import { findMlflow, freePort, MlflowServer } from '#test/mlflow-server';

const mlflow = findMlflow();

describe.skipIf('missing' in mlflow)(
  `a plan whose MLflow server is away for a while${'missing' in mlflow ? ` (${mlflow.missing})` : ''}`,
  { timeout: 300_000 },
  () => {
    let server: MlflowServer;
    let door: Server;
    let port: number;
    let isOpen = false;
    let retries: string | undefined;
    beforeAll(async () => {
      server = await MlflowServer.start((mlflow as { python: string }).python);
      port = await freePort();
      // The way to the server: while it is shut, whoever comes is sent away.
      door = createServer((socket) => {
        if (!isOpen) return socket.destroy();
        const inner = connect(server.port, '127.0.0.1');
        socket.pipe(inner).pipe(socket);
        for (const [one, other] of [
          [socket, inner],
          [inner, socket],
        ] as const)
          one.on('error', () => other.destroy());
      }).listen(port, '127.0.0.1');
      await once(door, 'listening');
      retries = process.env.MLFLOW_HTTP_REQUEST_MAX_RETRIES;
      process.env.MLFLOW_HTTP_REQUEST_MAX_RETRIES = '0';
    });
    afterAll(async () => {
      if (retries === undefined) delete process.env.MLFLOW_HTTP_REQUEST_MAX_RETRIES;
      else process.env.MLFLOW_HTTP_REQUEST_MAX_RETRIES = retries;
      door?.close();
      await server?.stop();
    });

    /** Runs a plan of that name; the server is back when so many runs have begun. */
    const ran = async (
      name: string,
      more: string,
      { back, workers }: { back: number; workers?: number },
    ): Promise<{ notes: string[]; runs: number; folder: string }> => {
      isOpen = false;
      const folder = mkdtempSync(join(tmpdir(), 'ablate-catch-up-'));
      writeFileSync(
        join(folder, 'spec.yaml'),
        `extends: ${join(import.meta.dirname, 'short.yaml')}
name: ${name}
device: cpu
figures: []
tracking: [{mlflow: {url: 'http://127.0.0.1:${port}', patience: 60, artifacts: false}}]
${more}
`,
      );
      const notes: string[] = [];
      const begun = new Set<string>();
      const running = run(join(folder, 'spec.yaml'), {
        out: join(folder, 'runs'),
        memoryCheck: false,
        ...(workers && { workers }),
      });
      for await (const event of running) {
        if (event.type === 'note') notes.push(event.message);
        if (event.type === 'started') isOpen = begun.add(event.run.id).size >= back;
      }
      const { outcomes } = await running.report;
      expect(outcomes.every(({ status }) => status === 'finished')).toBe(true);
      return { notes, runs: outcomes.length, folder: join(folder, 'runs', name) };
    };
    const away = (notes: readonly string[]): string[] => notes.filter((note) => note.includes('does not answer'));

    it.each([
      ['one after another', {}],
      ['side by side', { workers: 2 }],
    ])('catches up by itself when the server is back, runs %s', async (words, how) => {
      const name = `back ${words}`;
      const { notes, runs } = await ran(name, 'matrix: {seed: [1, 2, 3]}', {
        back: 3,
        ...how,
      });
      expect(runs).toBe(3);
      expect(away(notes)).toEqual([expect.stringMatching(/does not answer.*\n.*Training goes on/)]);
      expect(notes.join('\n')).not.toContain('ablate sync');
      expect(notes).toContainEqual(
        expect.stringMatching(/^(?:One run|2 runs) that the tracking server lacked: there now\.$/),
      );
      expect((await server.runs(name)).map(({ status }) => status)).toEqual(Array(3).fill('FINISHED'));
    });

    it("waits for a study's end, as its runs go on later", async () => {
      const { notes, runs } = await ran(
        'back in a study',
        `dataset: {glyphs: {validationPerClass: 8}}
schedule: {constant: {rate: {uniform: [0.01, 0.1]}}}
search: {budget: 3}`,
        { back: 3 },
      );
      expect(notes.at(-1)).toMatch(/^(?:One run|2 runs) that the tracking server lacked: there now\.$/);
      expect(await server.runs('back in a study')).toHaveLength(runs);
    });

    it('tells once what is missing, with one command for the whole', async () => {
      const { notes, folder } = await ran('away', 'matrix: {seed: [1, 2, 3]}', { back: 9 });
      const [warning, left, ...others] = away(notes);
      expect(others).toEqual([]);
      expect(warning).toMatch(/Training goes on/);
      expect(left).toMatch(/^3 runs are not on their tracking server yet\. The MLflow server does not answer/);
      expect(left!.endsWith(`npx ablate sync ${folder}`)).toBe(true);
    });
  },
);
