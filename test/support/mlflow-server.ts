import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { cacheDirectory } from '../../framework/base/system/cache-directory.ts';
import { TestServer } from './test-server.ts';

const venv = join(cacheDirectory(), 'mlflow-venv');
const isWindows = process.platform === 'win32';
const inVenv = (folder: string, name: string): string =>
  join(folder, isWindows ? 'Scripts' : 'bin', isWindows ? `${name}.exe` : name);
const hasMlflow = (python: string): boolean =>
  spawnSync(python, ['-c', 'import importlib.util, sys; sys.exit(importlib.util.find_spec("mlflow") is None)'])
    .status === 0;

/** The Python beside the `mlflow` command on the PATH. */
function besideCommand(): string[] {
  const folders = (process.env.PATH ?? '').split(isWindows ? ';' : ':');
  return folders
    .filter((folder) => existsSync(join(folder, isWindows ? 'mlflow.exe' : 'mlflow')))
    .map((folder) => join(folder, isWindows ? 'python.exe' : 'python3'));
}

function install(): string {
  mkdirSync(dirname(venv), { recursive: true });
  for (const [command, ...args] of [
    ['python3', '-m', 'venv', venv],
    [inVenv(venv, 'python'), '-m', 'pip', 'install', '--quiet', 'mlflow', 'moto[server]', 'boto3'],
  ] as const) {
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    if (status !== 0)
      throw new Error(`Installing MLflow for the tests failed at \`${command} ${args.join(' ')}\`: ${stderr}`);
  }
  return inVenv(venv, 'python');
}

/**
 * A Python that has MLflow: `ABLATE_MLFLOW_PYTHON`, the one beside `mlflow` on the PATH, the tests' own virtual
 * environment in the user's cache folder, or that one newly made where `ABLATE_TEST_INSTALL=1`.
 *
 * @returns the command, or why there is none
 * @throws Error where there is none and `ABLATE_REQUIRE_MLFLOW=1`
 */
export function findMlflow(): { python: string } | { missing: string } {
  const { ABLATE_MLFLOW_PYTHON: named, ABLATE_TEST_INSTALL: mayInstall, ABLATE_REQUIRE_MLFLOW: required } = process.env;
  const python =
    [...(named ? [named] : []), ...besideCommand(), inVenv(venv, 'python'), 'python3'].find(hasMlflow) ??
    (mayInstall === '1' ? install() : undefined);
  if (python) return { python };
  const missing = 'no MLflow: pip install mlflow, or set ABLATE_TEST_INSTALL=1';
  if (required === '1') throw new Error(`ABLATE_REQUIRE_MLFLOW is set, but there is ${missing}`);
  return { missing };
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/** How a server is started beyond the ordinary. */
export interface ServerOptions {
  readonly port?: number;
  /** Folder with its database and artifacts; a new one where none is given. */
  readonly folder?: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** A real MLflow tracking server of its own, with SQLite and a folder for artifacts. */
export class MlflowServer {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly #python: string;
  readonly #server: TestServer;
  readonly #ownsFolder: boolean;
  #reader: ChildProcess | undefined;
  #answers: AsyncIterator<string> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(python: string, port: number, folder: string, server: TestServer, ownsFolder: boolean) {
    this.url = `http://127.0.0.1:${port}`;
    this.port = port;
    this.folder = folder;
    this.#python = python;
    this.#server = server;
    this.#ownsFolder = ownsFolder;
  }

  /** Starts one and waits until it answers. */
  static async start(python: string, options: ServerOptions = {}): Promise<MlflowServer> {
    const port = options.port ?? (await freePort());
    const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'ablate-mlflow-'));
    const log = join(folder, 'server.log');
    const where = [
      '--backend-store-uri',
      `sqlite:///${join(folder, 'mlflow.db')}`,
      '--artifacts-destination',
      join(folder, 'artifacts'),
      '--serve-artifacts',
    ];
    const { MLFLOW_TRACKING_URI: _, ...environment } = process.env;
    const child = new TestServer(
      python,
      [
        '-m',
        'mlflow',
        'server',
        '--host',
        '127.0.0.1',
        '--port',
        String(port),
        '--workers',
        '1',
        ...where,
        ...(options.args ?? []),
      ],
      { cwd: folder, log, env: { ...environment, ...options.environment } },
    );
    const server = new MlflowServer(python, port, folder, child, options.folder === undefined);
    const deadline = Date.now() + 100_000;
    while (
      !(await fetch(`${server.url}/health`).then(
        (answer) => answer.ok,
        () => false,
      ))
    ) {
      if (child.hasEnded || Date.now() > deadline) {
        await child.stop();
        throw new Error(`The MLflow server did not start:\n${readFileSync(log, 'utf8').slice(-3000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return server;
  }

  /** Everything MLflow's own Python client knows of a run, by its id. */
  async run(runId: string): Promise<ReadRun> {
    return (await this.#ask(`run ${runId}`)) as ReadRun;
  }

  /** The runs in an experiment, newest first; without those that are the parents of others. */
  async runs(experiment: string): Promise<ListedRun[]> {
    const all = (await this.#ask(`runs ${experiment}`)) as ListedRun[];
    return all.filter(({ id }) => all.every(({ parent }) => parent !== id));
  }

  /** The runs in an experiment that are the parents of others. */
  async sweeps(experiment: string): Promise<ListedRun[]> {
    const all = (await this.#ask(`runs ${experiment}`)) as ListedRun[];
    return all.filter(({ id }) => all.some(({ parent }) => parent === id));
  }

  /** A run's logged model, as MLflow's own client reads it. */
  async model(runId: string): Promise<ReadModel> {
    return (await this.#ask(`model ${runId}`)) as ReadModel;
  }

  /** Versions of a registered model: version → the run it came from. */
  async versions(name: string): Promise<Readonly<Record<string, string>>> {
    return (await this.#ask(`versions ${name}`)) as Readonly<Record<string, string>>;
  }

  async #ask(question: string): Promise<unknown> {
    this.#reader ??= spawn(this.#python, [join(import.meta.dirname, 'mlflow-reader.py')], {
      env: { ...process.env, MLFLOW_TRACKING_URI: this.url },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#answers ??= createInterface(this.#reader.stdout!)[Symbol.asyncIterator]();
    const answers = this.#answers;
    const answer = this.#last.then(async () => {
      this.#reader!.stdin!.write(`${question}\n`);
      return (await answers.next()).value as string | undefined;
    });
    this.#last = answer.catch(() => undefined);
    const line = await answer;
    if (line === undefined) throw new Error(`MLflow's client ended at \`${question}\``);
    const { value, error } = JSON.parse(line) as { value?: unknown; error?: string };
    if (error !== undefined) throw new Error(`MLflow's client says to \`${question}\`: ${error}`);
    return value;
  }

  /** Kills it; its folder goes too, unless it was given. */
  async stop(): Promise<void> {
    this.#reader?.kill();
    await this.#server.stop();
    if (this.#ownsFolder) rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** A run in a list. */
export interface ListedRun {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly parent: string | null;
}

/** A logged model as `mlflow-reader.py` prints it. */
export interface ReadModel {
  readonly flavors: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly inputs: readonly (number | string)[];
  readonly outputs: readonly (number | string)[];
  readonly uuid: string;
  /** How often it was logged. */
  readonly logged: number;
}

/** A run as `mlflow-reader.py` prints it. */
export interface ReadRun {
  readonly name: string;
  readonly status: string;
  readonly experiment: string;
  readonly start: number;
  readonly end: number | null;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Key → points by step, then time; NaN and infinities as texts. */
  readonly metrics: Readonly<Record<string, readonly { step: number; time: number; value: number | string }[]>>;
  readonly inputs: readonly { name: string; digest: string; source: string; context: string | null }[];
  /** Path → SHA-256 of what was downloaded. */
  readonly artifacts: Readonly<Record<string, string>>;
}
