import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ablate } from '#test/ablate';
import { history, weights } from '#test/history';
import { holderOf, runsOf, until } from '#test/sweep';

const spec = join(import.meta.dirname, 'ranks.yaml');
const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ablate-test-ranks-'));
  folders.push(folder);
  return folder;
};
const overTwo = ['--ranks', '2', '--set', 'train.syncBatchNorm=true'];
const run = (out: string, ...more: readonly string[]): ReturnType<typeof ablate> =>
  ablate(['run', spec, '--out', out, ...more]);
const runIn = (out: string): string => runsOf(join(out, 'ranks'))[0]!;
const lastWeights = (out: string): unknown => Object.entries(weights(runIn(out))).at(-1);
const losses = (dir: string): number[] =>
  (history(dir) as { type: string; loss: number }[]).filter(({ type }) => type === 'step').map(({ loss }) => loss);
const journalOf = (out: string): string => readFileSync(join(runIn(out), 'journal.jsonl'), 'utf8');

/** The processes of a run's ranks, rank 0 first, once its journal has grown beyond some bytes. */
async function processesOf(out: string, bytes: number): Promise<number[]> {
  const first = await until(() => {
    const [dir] = runsOf(join(out, 'ranks'));
    return dir === undefined ? undefined : holderOf(dir, bytes);
  }, 'run under way');
  const parentOf = (pid: string): string | undefined => {
    try {
      return /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))![1];
    } catch {
      return undefined;
    }
  };
  const parent = parentOf(String(first));
  const others = readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && Number(pid) !== first && parentOf(pid) === parent,
  );
  return [first, ...others.map(Number).sort((one, other) => one - other)];
}

/** Where a process listens, `address:port` as the kernel has it. */
function listeningOf(pid: number): string[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => /^socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]),
  );
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && sockets.has(inode))
      .map(([, address]) => address!),
  );
}

describe.skipIf(process.platform !== 'linux')('a run over two processes', { timeout: 600_000 }, () => {
  const whole = newFolder();
  beforeAll(async () => {
    const { code, stderr } = await run(whole, ...overTwo);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('2 processes on 127.0.0.1');
  });
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it.each([[[]], [['--set', 'train.accumulate=2']], [['--set', 'train.accumulate={parts: 2, exact: true}']]])(
    'has the losses of one process, with %j',
    async (settings) => {
      const few = ['--set', 'train.steps=12', ...settings];
      // Batch normalization sees parts of a batch by themselves, and of exact parts each rank has its own.
      const net = settings.join().includes('exact')
        ? ['--set', 'backbone.lenet-plus-plus.normalizeEmbedding=none']
        : [];
      const [one, two] = [newFolder(), newFolder()];
      for (const { code, stderr } of [await run(one, ...few, ...net), await run(two, ...few, ...net, ...overTwo)])
        expect(code, stderr).toBe(0);
      const [alone, shared] = [losses(runIn(one)), losses(runIn(two))];
      expect(shared).toHaveLength(12);
      for (const [step, loss] of alone.entries()) expect(Math.abs(shared[step]! - loss)).toBeLessThan(1e-5);
    },
  );

  it('ends with the name of a rank that is killed, and goes on to the bits of a run that was not', async () => {
    for (const rank of [0, 1]) {
      const out = newFolder();
      const running = run(out, ...overTwo);
      const pids = await processesOf(out, 8000);
      process.kill(pids[rank]!, 'SIGKILL');
      const { code, stderr, stdout } = await running;
      expect(code, stderr).toBe(1);
      expect(stdout).toMatch(`Rank ${rank} of 2 `);
      expect(journalOf(out)).toContain('"RANK_LOST"');
      for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
      const again = await run(out, ...overTwo, '--resume');
      expect(again.code, again.stderr).toBe(0);
      expect(lastWeights(out)).toEqual(lastWeights(whole));
    }
  });

  it('listens on the loopback address alone, and ends with the name of a rank that stops', async () => {
    const out = newFolder();
    const running = run(out, ...overTwo);
    const pids = await processesOf(out, 8000);
    for (const pid of pids) {
      const places = listeningOf(pid);
      expect(places).toHaveLength(1);
      // 127.0.0.1, or the same as an address of IPv6.
      expect(places[0]).toMatch(/^(0100007F|0000000000000000FFFF00000100007F):/);
    }
    process.kill(pids[1]!, 'SIGSTOP');
    const { code, stdout, stderr } = await running;
    expect(code, stderr).toBe(1);
    expect(stdout).toContain('Rank 1 of 2 does not answer.');
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('stops on all ranks with a checkpoint where one is told to stop, and goes on to the same bits', async () => {
    const out = newFolder();
    const running = run(out, ...overTwo);
    process.kill((await processesOf(out, 8000))[1]!, 'SIGINT');
    const { stderr } = await running;
    expect(journalOf(out), stderr).toContain('"status":"interrupted"');
    const again = await run(out, ...overTwo, '--resume');
    expect(again.code, again.stderr).toBe(0);
    expect(lastWeights(out)).toEqual(lastWeights(whole));
  });

  it.each([
    [['--device', 'cpu', '--ranks', '2'], 'it computes within one process'],
    [['--ranks', '3'], 'train.batch must be a multiple of ranks'],
    [['--ranks', '2', '--workers', '2'], 'Give one of --ranks and --workers'],
  ])('is refused with %j, before a step', async (settings, reason) => {
    const out = newFolder();
    const { code, stderr } = await run(out, ...settings);
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
  });
});
