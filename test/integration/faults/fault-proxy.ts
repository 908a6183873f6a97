import { once } from 'node:events';
import { createServer, request as forwardTo, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RandomStreams } from '../../../framework/base/random/random-streams.ts';
import type { Random } from '../../../framework/base/random/random.ts';

/** What the proxy can do to a request instead of passing it on unharmed. */
export const faults = {
  /** The connection is cut before anything is read. */
  cut: async ({ request }) => void request.socket.destroy(),
  /** The server says that something is wrong with it. */
  error: async ({ response }) => void response.writeHead(500).end('{"error_code":"INTERNAL_ERROR"}'),
  /** The server is busy and says for how long. */
  busy: async ({ response }) => void response.writeHead(429, { 'retry-after': '1' }).end(),
  /** Nothing comes back for ten seconds, longer than the client waits; then the request takes effect. */
  stall: async (exchange) => {
    await new Promise((resolve) => setTimeout(resolve, 10_000).unref());
    await exchange.pass(exchange.body);
  },
  /** The connection is cut in the middle of the request's body. */
  cutInRequest: async ({ request }) => void request.socket.destroy(),
  /** The request takes effect, and the connection is cut in the middle of the answer. */
  cutInAnswer: async (exchange) => {
    await exchange.deliver(exchange.body);
    exchange.response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"ru');
    setTimeout(() => exchange.request.socket.destroy(), 20);
  },
  /** Half of a batch takes effect, and the server fails. */
  half: async (exchange) => {
    await exchange.deliver(halfOf(exchange.body));
    exchange.response.writeHead(500).end('{"error_code":"INTERNAL_ERROR"}');
  },
} as const satisfies Record<string, (exchange: Exchange) => Promise<void>>;

/** The name of a fault. */
export type Fault = keyof typeof faults;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
  /** Sends a body on and gives the answer back. */
  pass(body: Buffer): Promise<void>;
  /** Sends a body on and keeps the answer. */
  deliver(body: Buffer): Promise<void>;
}

function halfOf(body: Buffer): Buffer {
  try {
    const batch = JSON.parse(body.toString()) as Record<string, unknown>;
    const half = (value: unknown): unknown =>
      Array.isArray(value) ? value.slice(0, Math.ceil(value.length / 2)) : value;
    return Buffer.from(
      JSON.stringify(Object.fromEntries(Object.entries(batch).map(([key, value]) => [key, half(value)]))),
    );
  } catch {
    return body;
  }
}

/** Stands between a client and a real server and harms requests, by a seed. */
export class FaultProxy {
  readonly #target: string;
  readonly #random: Random;
  readonly #kinds: readonly Fault[];
  #server: Server | undefined;
  /** Share of requests that are harmed. */
  rate: number;
  /** How often each fault was done. */
  readonly done = new Map<Fault, number>();
  port = 0;
  readonly #pending = new Set<Promise<void>>();

  constructor(target: string, { seed, kinds, rate }: { seed: number; kinds: readonly Fault[]; rate: number }) {
    this.#target = target;
    this.#random = new RandomStreams(seed).stream('faults');
    this.#kinds = kinds;
    this.rate = rate;
  }

  /** Its address; the port stays the same when it goes down and up. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Listens. */
  async up(): Promise<void> {
    this.#server = createServer((request, response) => this.#take(request, response)).listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** Refuses connections from now on and cuts those there are. */
  async down(): Promise<void> {
    const closed = once(this.#server!, 'close');
    this.#server!.close();
    this.#server!.closeAllConnections();
    await closed;
  }

  /** Waits for the requests that take effect late, though their clients have gone. */
  async drained(): Promise<void> {
    await Promise.all(this.#pending);
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const served = this.#serve(request, response).catch(() => void request.socket.destroy());
    this.#pending.add(served);
    void served.then(() => this.#pending.delete(served));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault =
      this.#random.uniform() < this.rate
        ? this.#kinds[Math.floor(this.#random.uniform() * this.#kinds.length)]
        : undefined;
    if (fault) this.done.set(fault, (this.done.get(fault) ?? 0) + 1);
    if (fault === 'cut') return faults.cut({ request } as Exchange);
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
      if (fault === 'cutInRequest') return faults.cutInRequest({ request } as Exchange);
    }
    const body = Buffer.concat(chunks);
    const send = async (
      bytes: Buffer,
    ): Promise<{ status: number; headers: IncomingMessage['headers']; answer: Buffer }> => {
      const { host: _h, 'content-length': _l, 'transfer-encoding': _t, connection: _c, ...headers } = request.headers;
      const forwarded = forwardTo(`${this.#target}${request.url}`, {
        method: request.method,
        headers: { ...headers, 'content-length': bytes.length },
      });
      forwarded.end(bytes);
      const [incoming] = (await once(forwarded, 'response')) as [IncomingMessage];
      const parts: Buffer[] = [];
      for await (const part of incoming) parts.push(part as Buffer);
      return { status: incoming.statusCode!, headers: incoming.headers, answer: Buffer.concat(parts) };
    };
    const exchange: Exchange = {
      request,
      response,
      body,
      async pass(bytes) {
        const {
          status,
          headers: { connection: _, 'transfer-encoding': __, ...headers },
          answer,
        } = await send(bytes);
        response.writeHead(status, { ...headers, 'content-length': answer.length }).end(answer);
      },
      async deliver(bytes) {
        await send(bytes);
      },
    };
    await (fault ? faults[fault](exchange) : exchange.pass(body));
  }
}
