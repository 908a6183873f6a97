import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';

/** A script that was put together for browsers, and where a page runs it. */
export interface ServedBundle {
  readonly port: number;
  /** Modules that the bundle leaves to be found when it runs, `webgpu` of node-gpu.ts at most. */
  readonly left: readonly string[];
  close(): void;
}

/**
 * Bundles a script with Vite as a project that uses Ablate would, and serves a page that runs it on this machine.
 * Node's own modules are left out, not imitated: a bundle that asks for one shows it in `left`, and does not run.
 */
export async function serveBundle(script: URL): Promise<ServedBundle> {
  const { output } = (await build({
    configFile: false,
    logLevel: 'silent',
    resolve: {
      alias: [
        { find: /^ablate-ml$/, replacement: fileURLToPath(new URL('../../../framework/index.ts', import.meta.url)) },
        {
          find: /^ablate-ml\/(.+)$/,
          replacement: `${fileURLToPath(new URL('../../../framework/entries/', import.meta.url))}$1.ts`,
        },
      ],
    },
    build: { write: false, rolldownOptions: { input: fileURLToPath(script), external: [/^node:/, 'webgpu'] } },
  })) as Rolldown.RolldownOutput;
  const chunks = output.filter((file) => file.type === 'chunk');
  const files = new Map(chunks.map(({ fileName, code }) => [`/${fileName}`, code]));
  const page = `<!doctype html><title>WebGPU</title><link rel="icon" href="data:,"><script type="module" src="/${chunks.find(({ isEntry }) => isEntry)!.fileName}"></script>`;
  const server = createServer(({ url }, answer) => {
    const code = files.get(url!);
    answer
      .writeHead(url === '/' || code ? 200 : 404, { 'content-type': code ? 'text/javascript' : 'text/html' })
      .end(code ?? (url === '/' ? page : ''));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    left: chunks
      .flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports])
      .filter((name) => !files.has(`/${name}`)),
    close: () => void server.close(),
  };
}
