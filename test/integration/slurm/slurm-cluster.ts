import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { TestServer } from '#test/test-server';

const daemons = ['munged', 'slurmctld', 'slurmd'];
const programs = [...daemons, 'sbatch', 'squeue', 'scancel', 'scontrol'];
/** Daemons lie where a user's path does not lead. */
const path = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;

/**
 * Whether there is a Slurm to start.
 *
 * @returns why not, or undefined
 * @throws Error where there is none and `ABLATE_REQUIRE_SLURM=1`
 */
export function missingSlurm(): string | undefined {
  const missing = programs.filter((name) => !path.split(':').some((folder) => existsSync(join(folder, name))));
  if (missing.length === 0) return undefined;
  const reason = `no ${missing.join(', ')}: apt-get install slurm-wlm munge`;
  if (process.env.ABLATE_REQUIRE_SLURM === '1') throw new Error(`ABLATE_REQUIRE_SLURM is set, but there is ${reason}`);
  return reason;
}

async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()].map((server) => server.listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port) as [number, number];
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

function configuration(folder: string, [controller, node]: readonly [number, number]): string {
  const user = userInfo().username;
  return `ClusterName=ablate
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=${controller}
SlurmdPort=${node}
SlurmUser=${user}
SlurmdUser=${user}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.sock
CredType=cred/munge
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=2
SlurmdParameters=config_overrides
ReturnToService=2
MpiDefault=none
SwitchType=switch/none
JobRequeue=1
KillWait=10
MailProg=/bin/true
NodeName=localhost NodeAddr=127.0.0.1 CPUs=4 RealMemory=1000
PartitionName=debug Nodes=localhost Default=YES State=UP
`;
}

/**
 * A real Slurm on this machine's loopback: its controller, one node, and the munge daemon that they trust each other
 * by.
 */
export class SlurmCluster {
  readonly #folder: string;
  readonly #daemons: TestServer[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Starts one and waits until its node is idle. */
  static async start(): Promise<SlurmCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'ablate-slurm-'));
    const cluster = new SlurmCluster(folder);
    for (const name of ['state', 'spool']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'munge.key'), randomBytes(1024), { mode: 0o400 });
    writeFileSync(join(folder, 'slurm.conf'), configuration(folder, await freePorts()));
    const own = (name: string): string => `--${name}-file=${join(folder, `munge.${name}`)}`;
    cluster.#spawn(
      'munged',
      '--force',
      '--foreground',
      `--socket=${join(folder, 'munge.sock')}`,
      own('key'),
      own('pid'),
      own('log'),
      own('seed'),
    );
    await cluster.#until(() => existsSync(join(folder, 'munge.sock')));
    cluster.#spawn('slurmctld', '-D');
    cluster.#spawn('slurmd', '-D', '-N', 'localhost');
    await cluster.#until(
      () =>
        spawnSync('sinfo', ['--noheader', '--format=%T'], {
          env: cluster.environment,
          encoding: 'utf8',
        }).stdout.trim() === 'idle',
    );
    return cluster;
  }

  /** What Slurm's commands need to find it. */
  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, PATH: path, SLURM_CONF: join(this.#folder, 'slurm.conf') };
  }

  /** What a command of Slurm prints. @throws Error where it fails */
  call(command: string, ...args: readonly string[]): string {
    return execFileSync(command, args, { env: this.environment, encoding: 'utf8' });
  }

  /** The tasks of an array job that are not over: index → state and reason. */
  tasks(job: string): Map<number, string> {
    const { stdout } = spawnSync('squeue', ['--noheader', '--array', `--jobs=${job}`, '--format=%K %T %r'], {
      env: this.environment,
      encoding: 'utf8',
    });
    return new Map(
      stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => {
          const [index, ...words] = line.trim().split(/\s+/);
          return [Number(index), words.join(' ')];
        }),
    );
  }

  /** Lets tasks that begin again do so now: Slurm by itself waits two minutes first. */
  hurry(job: string): void {
    for (const [index, words] of this.tasks(job))
      if (words === 'PENDING BeginTime')
        spawnSync('scontrol', ['update', `jobid=${job}_${index}`, 'StartTime=now'], { env: this.environment });
  }

  #spawn(command: string, ...args: readonly string[]): void {
    this.#daemons.push(
      new TestServer(command, args, { env: this.environment, log: join(this.#folder, `${command}.out`) }),
    );
  }

  async #until(isSo: () => boolean): Promise<void> {
    const deadline = performance.now() + 60_000;
    while (!isSo()) {
      if (performance.now() > deadline || this.#daemons.some(({ hasEnded }) => hasEnded)) {
        const said = daemons
          .flatMap((name) => [`${name}.out`, `${name}.log`])
          .map((name) => join(this.#folder, name))
          .filter((file) => existsSync(file))
          .map((file) => `${file}:\n${readFileSync(file, 'utf8').slice(-1500)}`);
        await this.stop();
        throw new Error(`Slurm did not start.\n${said.join('\n')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Ends its jobs and its daemons; its folder goes too. */
  async stop(): Promise<void> {
    if (this.#daemons.length === daemons.length) {
      spawnSync('scancel', [`--user=${userInfo().username}`, '--signal=KILL', '--full'], {
        env: this.environment,
        timeout: 10_000,
      });
      spawnSync('scancel', [`--user=${userInfo().username}`], { env: this.environment, timeout: 10_000 });
    }
    for (const daemon of this.#daemons.reverse()) await daemon.stop(5000);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
