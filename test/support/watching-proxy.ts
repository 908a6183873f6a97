import { once } from 'node:events';
import { createServer, request as forwardTo, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A moment of an exchange between a client and its server. */
export interface Moment {
  /** `POST /api/2.0/…` */
  readonly request: string;
  /** `arrived`: the server knows nothing of it yet; `applied`: it took effect, and the client does not know. */
  readonly phase: 'arrived' | 'applied';
}

/** Passes everything on to a server unharmed, and lets a test act at exact moments. */
export class WatchingProxy {
  readonly #target: string;
  readonly #server: Server;
  /** Hears every moment; the exchange waits for it. */
  onMoment: (moment: Moment) => void = () => undefined;

  constructor(target: string) {
    this.#target = target;
    this.#server = createServer((request, response) => {
      this.#pass(request).then(
        ({ statusCode, headers: { connection: _, 'transfer-encoding': __, ...headers }, body }) => {
          // The answer to HEAD says how long another's would be.
          response
            .writeHead(statusCode!, request.method === 'HEAD' ? headers : { ...headers, 'content-length': body.length })
            .end(body);
        },
        () => request.socket.destroy(),
      );
    });
  }

  /** Its address, once it listens. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async up(): Promise<this> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return this;
  }

  async down(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #pass(incoming: IncomingMessage): Promise<Pick<IncomingMessage, 'statusCode' | 'headers'> & { body: Buffer }> {
    const request = `${incoming.method} ${incoming.url}`;
    const body = await whole(incoming);
    this.onMoment({ request, phase: 'arrived' });
    const { host: _, connection: __, 'transfer-encoding': ___, ...headers } = incoming.headers;
    const forwarded = forwardTo(`${this.#target}${incoming.url}`, {
      method: incoming.method,
      headers: { ...headers, 'content-length': body.length },
    });
    forwarded.end(body);
    const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
    const content = await whole(answer);
    this.onMoment({ request, phase: 'applied' });
    return { statusCode: answer.statusCode, headers: answer.headers, body: content };
  }
}

async function whole(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
