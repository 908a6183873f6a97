import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { FollowRuns } from './follow-runs.ts';
import type { RunState } from '../../records/journal/followed-run.ts';
import { watchPage } from './watch-page.ts';

/** A page that follows runs. */
export interface WatchServer {
  /** Address with the token; whoever has it may look. */
  readonly url: string;
  close(): Promise<void>;
}

const loopback = '127.0.0.1';
/** Milliseconds between two signs of life, so that neither side thinks the other gone. */
const heartbeat = 15_000;

/** What a request asks for; undefined where that is no address (`//` is none). */
function addressOf({ url = '/' }: IncomingMessage): URL | undefined {
  try {
    return new URL(url, `http://${loopback}`);
  } catch {
    return undefined;
  }
}

/** Whether a request comes from this machine's user: by host (against DNS rebinding), origin and token. */
function refusal(request: IncomingMessage, asked: URL, port: number, token: string): string | undefined {
  const hosts = [`${loopback}:${port}`, `localhost:${port}`];
  if (!hosts.includes(request.headers.host ?? '')) return 'This page is for this machine alone.';
  const { origin } = request.headers;
  if (origin !== undefined && !hosts.some((host) => origin === `http://${host}`)) return 'Another origin may not look.';
  const site = request.headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') return 'Another site may not look.';
  const cookie = new RegExp(`(?:^|; )ablate-watch-${port}=([0-9a-f]+)`).exec(request.headers.cookie ?? '');
  const given = asked.searchParams.get('token') ?? cookie?.[1] ?? '';
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other)
    ? undefined
    : 'The address lacks its token. Use the whole address that ablate printed.';
}

/** An event of the stream. JSON has no NaN: it becomes null. */
const event = (name: string, data: unknown): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/**
 * Serves the page on the loopback interface. A random token in its address is asked for; other hosts, other origins and
 * other methods than GET are refused.
 *
 * @param port 0 for any that is free
 * @throws AblateError USAGE where the port is taken
 */
export async function startWatchServer(runs: FollowRuns, title: string, port = 0): Promise<WatchServer> {
  const token = randomBytes(24).toString('hex');
  const streams = new Set<ServerResponse>();
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { port: own } = server.address() as AddressInfo;
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    const asked = addressOf(request);
    if (!asked) return end(response, 400, 'This is no address.');
    const problem = refusal(request, asked, own, token);
    if (problem) return end(response, 403, problem);
    if (request.method !== 'GET') return end(response, 405, 'There is nothing to change here.');
    const { pathname } = asked;
    if (pathname === '/events') return stream(response);
    if (pathname !== '/') return end(response, 404, 'There is no such page.');
    const nonce = randomBytes(16).toString('base64');
    response.setHeader('Set-Cookie', `ablate-watch-${own}=${token}; HttpOnly; SameSite=Strict; Path=/`);
    response.setHeader(
      'Content-Security-Policy',
      `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    void watchPage(title, nonce).then(
      (page) => end(response, 200, page, 'text/html; charset=utf-8'),
      (cause: Error) => end(response, 500, cause.message),
    );
  };
  // The page is served by the process that trains: nothing that somebody asks of it, or that fails in the answer, may
  // end that.
  const server = createServer((request, response) => {
    response.on('error', () => response.destroy());
    try {
      answer(request, response);
    } catch (cause) {
      if (response.headersSent) response.destroy();
      else end(response, 500, (cause as Error).message);
    }
  });

  function stream(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(event('all', runs.states));
    streams.add(response);
    response.on('close', () => streams.delete(response));
  }
  const end = (response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void =>
    void response.writeHead(status, { 'Content-Type': type }).end(body);

  const send = (text: string): void => {
    for (const response of streams) {
      // Who does not read is let go; its browser comes back by itself and gets the whole.
      if (response.writableLength > 4e6) response.destroy();
      else response.write(text);
    }
  };
  const unlisten = runs.listen((changed: readonly RunState[]) => send(event('runs', changed)));
  const beat = setInterval(() => send(': still here\n\n'), heartbeat);
  beat.unref();
  await new Promise<void>((resolve, reject) => {
    // It stays for what comes later, such as no descriptor being left for another connection.
    server.on('error', (cause: NodeJS.ErrnoException) => {
      const remedy = 'Leave --port out, and a free one is found.';
      reject(
        cause.code === 'EADDRINUSE' ? new AblateError('USAGE', `Port ${port} is taken.`, { cause, remedy }) : cause,
      );
    });
    server.listen(port, loopback, resolve);
  });
  return {
    url: `http://${loopback}:${(server.address() as AddressInfo).port}/?token=${token}`,
    async close() {
      unlisten();
      clearInterval(beat);
      send(event('end', null));
      for (const response of streams) response.end();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
