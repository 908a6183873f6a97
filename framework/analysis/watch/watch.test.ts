import { once } from 'node:events';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../contracts/run-event.ts';
import { runFolderAt } from '../../records/run-folder/create-run-folder.ts';
import { Journal } from '../../records/journal/journal.ts';
import { FollowRuns } from './follow-runs.ts';
import { waitingRun, type RunState } from '../../records/journal/followed-run.ts';
import { liveTable } from './live-table.ts';
import { startWatchServer, type WatchServer } from './watch-server.ts';

const started = {
  type: 'started',
  epochs: 2,
  stepsPerEpoch: 200,
  steps: 400,
  batch: 8,
  resumedAtStep: 0,
  parameters: 1,
  device: 'd',
  classes: 2,
  images: 9,
  dataset: { name: 'x', digest: 'y', source: 'z' },
} satisfies RunEvent;
const step = (number: number, loss: number): RunEvent => ({
  type: 'step',
  step: number,
  epoch: 0,
  loss,
  parts: { softmax: loss, center: 0 },
  rate: 0.1,
  milliseconds: 10,
  images: 8,
});

async function runIn(parent: string, id: string, label: string) {
  const folder = runFolderAt(join(parent, id));
  await mkdir(folder.directory, { recursive: true });
  await writeFile(folder.summary, JSON.stringify({ label, name: 'spec' }));
  return { folder, journal: Journal.open(folder) };
}

describe('following runs', () => {
  it('hears of steps, evaluations and the end as they are written, and of runs that begin later', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'ablate-watch-'));
    const runs = new FollowRuns([{ directory: parent }]);
    await runs.look();
    expect(runs.states).toEqual([]);
    const { journal } = await runIn(parent, 'a', 'softmax');
    journal.append(started);
    for (let number = 0; number < 10; number++) journal.append(step(number, 2));
    for (let looks = 0; looks < 4; looks++) await runs.look();
    expect(runs.states).toMatchObject([
      {
        title: 'softmax',
        status: 'running',
        step: 10,
        steps: 400,
        loss: 2,
        rate: 800,
        left: 3.9,
        parts: { softmax: 2, center: 0 },
      },
    ]);
    const heard: string[] = [];
    runs.listen((changed) => heard.push(...changed.map(({ status }) => status)));
    await runs.look();
    expect(heard).toEqual([]);
    journal.append({
      type: 'evaluated',
      role: 'validation',
      epoch: 1,
      step: 10,
      metrics: { accuracy: 0.5 },
      intervals: {},
      curves: {},
    });
    journal.append({ type: 'ended', status: 'failed', step: 10, error: { code: 'X', message: 'NaN' } });
    await runs.look();
    expect(heard).toEqual(['failed']);
    expect(runs.states[0]).toMatchObject({
      status: 'failed',
      error: 'NaN',
      metrics: { 'validation/accuracy': 0.5 },
      left: null,
    });
    journal.close();
  });

  it('takes back what a resumption made void, and keeps a long curve short', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'ablate-watch-'));
    const { journal } = await runIn(parent, 'a', 'softmax');
    journal.append(started);
    for (let number = 0; number < 400; number++) journal.append(step(number, 400 - number));
    const runs = new FollowRuns([{ directory: parent }]);
    await runs.look();
    const { curve } = runs.states[0]!;
    expect(curve.length).toBeLessThanOrEqual(121);
    expect(curve.length).toBeGreaterThan(60);
    // Means of equal numbers of steps on a straight line lie on a straight line.
    const slopes = curve.slice(1).map(([at, loss], index) => (loss - curve[index]![1]) / (at - curve[index]![0]));
    expect(Math.max(...slopes.slice(0, 20))).toBeCloseTo(-1, 5);
    journal.rewind(200);
    journal.append({ ...started, resumedAtStep: 200 });
    await runs.look();
    expect(runs.states[0]).toMatchObject({ step: 200, status: 'running' });
    expect(Math.max(...runs.states[0]!.curve.map(([at]) => at))).toBeLessThanOrEqual(200);
    journal.close();
  });
});

describe('the table in the terminal', () => {
  const run = (title: string, change: Partial<RunState>): RunState => ({ ...waitingRun(title, title), ...change });
  const runs = [
    run('softmax · seed 1', { status: 'finished', step: 400, steps: 400, loss: 0.012345 }),
    run(`${'x'.repeat(300)}\x1b[31m<script>😀`, {
      status: 'running',
      step: 100,
      steps: 123_456,
      loss: 1234.5678,
      rate: 12_345.6,
      left: 7322,
    }),
    run('late', {}),
    run('顔'.repeat(60), {}),
    run('😀👩‍👩‍👧'.repeat(40), {}),
  ];

  it.each([80, 60, 120])('fits %i columns, without escape signs, those under way first', (width) => {
    const lines = liveTable(runs, width, 24);
    for (const line of lines) {
      expect(stringWidth(line)).toBeLessThan(width);
      expect(line).not.toMatch(/[\u0000-\u001f]/);
    }
    expect(lines[1]).toMatch(/^x+… +running/);
    expect(lines.at(-1)).toBe('1 finished, 1 running, 3 waiting');
    // The columns beside the names stand below each other, whatever the names are of.
    const places = lines
      .slice(1, -1)
      .map((line) => stringWidth(line.slice(0, line.search(/running|finished|waiting/))));
    expect(new Set(places).size).toBe(1);
  });

  it('says how many there is no room for', () => {
    const lines = liveTable(
      Array.from({ length: 200 }, (_, index) => run(`run ${index}`, {})),
      80,
      10,
    );
    expect(lines).toHaveLength(9);
    expect(lines.at(-1)).toBe('200 waiting; 193 not shown');
  });
});

describe('the live page', () => {
  let server: WatchServer;
  let runs: FollowRuns;
  let port: number;
  let token: string;

  beforeAll(async () => {
    runs = new FollowRuns([{ directory: await mkdtemp(join(tmpdir(), 'ablate-watch-')) }]);
    server = await startWatchServer(runs, '<script>alert(1)</script>');
    const url = new URL(server.url);
    [port, token] = [Number(url.port), url.searchParams.get('token')!];
  });
  afterAll(() => server.close());

  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
          if (response.headers['content-type'] === 'text/event-stream') response.destroy();
        });
        response.on('close', () => resolve({ status: response.statusCode!, body, headers: response.headers }));
      });
      asked.on('error', reject).end();
    });

  it('has an address with a token of 192 bits, on the loopback interface alone', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[0-9a-f]{48}$/);
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((one) => one && !one.internal && one.family === 'IPv4');
    for (const one of others) {
      await expect(
        new Promise((resolve, reject) =>
          request({ host: one!.address, port, timeout: 2000 }, resolve).on('error', reject).end(),
        ),
      ).rejects.toThrow(/ECONNREFUSED/);
    }
  });

  it('is given to who has the token, by address or by the cookie that came with the page', async () => {
    const page = await ask(`/?token=${token}`);
    expect(page.status).toBe(200);
    expect(page.body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    const [cookie] = page.headers['set-cookie'] as string[];
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    const stream = await ask('/events', { cookie: cookie!.split(';')[0]! });
    expect([stream.status, stream.headers['content-type']]).toEqual([200, 'text/event-stream']);
    expect(stream.body).toBe('event: all\ndata: []\n\n');
    expect(
      (await ask(`/events?token=${token}`, { host: `localhost:${port}`, origin: `http://localhost:${port}` })).status,
    ).toBe(200);
  });

  it.each([
    ['no token', '/', {}],
    ['no token for events', '/events', {}],
    ['another token', `/?token=${'0'.repeat(48)}`, {}],
    ['a token too short', '/?token=0', {}],
    ['another cookie', '/', { cookie: 'ablate-watch-1=00' }],
  ])('refuses %s', async (_, path, headers) =>
    expect((await ask(path, headers as Record<string, string>)).status).toBe(403),
  );

  it('refuses other hosts, origins, sites, ports and methods, even with the token', async () => {
    const refused = async (headers: Record<string, string>): Promise<void> =>
      expect((await ask(`/events?token=${token}`, headers)).status, JSON.stringify(headers)).toBe(403);
    await refused({ host: `evil.example:${port}` });
    await refused({ host: `127.0.0.1:${port + 1}` });
    await refused({ host: '127.0.0.1' });
    for (const origin of [
      'http://evil.example',
      'null',
      `https://127.0.0.1:${port}`,
      `http://127.0.0.1:${port + 1}`,
      `http://127.0.0.1.evil.example:${port}`,
    ])
      await refused({ origin });
    await refused({ 'sec-fetch-site': 'cross-site' });
    await refused({ 'sec-fetch-site': 'same-site' });
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect((await ask(`/?token=${token}`, {}, method)).status).toBe(405);
    expect((await ask(`/../../etc/passwd?token=${token}`)).status).toBe(404);
  });

  it.each(['//', '//:0/', '///', 'http://['])('answers %s with 400, without a token, and goes on', async (path) => {
    expect((await ask(path)).status).toBe(400);
    expect((await ask(`/?token=${token}`)).status).toBe(200);
  });

  it('answers what it cannot read with 400, and outlives a client that breaks off', async () => {
    for (const bytes of ['GET / HTTP/1.1\r\nHost: \0\r\n\r\n', '\x16\x03\x01', 'GET /%zz?token=%zz HTTP/1.1\r\n\r\n']) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      socket.end(bytes, 'latin1');
      const answer = await text(socket);
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
    const broken = connect(port, '127.0.0.1', () =>
      broken.write(`GET /events?token=${token} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`),
    );
    await once(broken, 'data');
    broken.resetAndDestroy();
    await runs.look();
    expect((await ask(`/?token=${token}`)).status).toBe(200);
  });

  it('says so where its port is taken', async () => {
    await expect(startWatchServer(runs, 'x', port)).rejects.toThrow(/taken/);
  });
});
