import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import type { Tensor } from '@tensorflow/tfjs';
import type { DeviceName } from '../../contracts/device.ts';
import type { Ranks } from '../../contracts/ranks.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { frameworkVersion } from '../../base/system/version.ts';
import { useDevice, type Device } from '../../devices/devices.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import { maskSecrets } from '../../experiment/spec/mask-secrets.ts';
import { writtenSpec } from '../../experiment/spec/written-spec.ts';
import { pluginFacts } from '../../records/provenance/plugin-facts.ts';
import type { RunSummary } from '../../records/run-folder/summary.ts';
import type { RunContext } from '../../training/engine/run-context.ts';
import { Meeting, type Fingerprint, type RankSeat } from './meeting.ts';

/** What a rank does once it has its seat. */
export interface RankTasks {
  /** Rank 0: executes and records the run. */
  record(device: Device, context: RunContext): Promise<RunSummary>;
  /** Every other one: takes part in it. */
  follow(context: RunContext): Promise<void>;
}

/**
 * Takes a seat of a run: meets the other ranks, starts the device with them, makes sure that they are alike, and does
 * what the seat is for.
 *
 * @returns the run's summary from rank 0, undefined from the others
 * @throws AblateError RANK_LOST where one does not come or is lost; DEVICE_UNAVAILABLE where they cannot compute one run
 */
export async function asRank(
  seat: RankSeat,
  run: PlannedRun,
  context: RunContext,
  { record, follow }: RankTasks,
): Promise<RunSummary | undefined> {
  const meeting = new Meeting(seat);
  const ended = (why: string): string => meeting.tell(`Rank ${seat.rank} of ${seat.size} ended: ${why}`);
  try {
    const { device: asked, threads } = run.spec;
    const place = { rank: seat.rank, addresses: await meeting.addresses() };
    const device = await useDevice(asked as DeviceName | 'auto', { threads, place });
    const plugins = JSON.stringify(await pluginFacts(run.spec, context.catalogue, context.baseDirectory));
    await meeting.requireAlike(fingerprint(run, device, plugins));
    const own = { ...context, ranks: explaining(device.ranks!, meeting) };
    if (seat.rank === 0) {
      const summary = await record(device, own);
      if (summary.status === 'failed') ended(summary.error?.message ?? 'the run failed');
      return summary;
    }
    await follow(own);
    await meeting.departed();
    return undefined;
  } catch (cause) {
    const known = meeting.explained(cause);
    if (known === cause) ended(cause instanceof AblateError ? cause.problem : String(cause));
    throw known;
  }
}

/** What decides the bits that a rank computes. */
function fingerprint({ spec, secrets }: PlannedRun, device: Device, plugins: string): Fingerprint {
  const text = JSON.stringify(maskSecrets(writtenSpec(spec), secrets));
  return {
    'the spec': createHash('sha256').update(text).digest('hex').slice(0, 12),
    Ablate: frameworkVersion,
    'Node.js': process.version,
    plugins: createHash('sha256').update(plugins).digest('hex').slice(0, 12),
    'the device': device.description,
    ABLATE_KERNELS: process.env['ABLATE_KERNELS'] ?? 'not set',
    'the processor': processorFlags(),
  };
}

/** The instructions that the processor knows, by which libraries choose how they compute. */
function processorFlags(): string {
  try {
    const [, flags = ''] = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8')) ?? [];
    return createHash('sha256').update(flags.trim()).digest('hex').slice(0, 12);
  } catch {
    return process.arch;
  }
}

/** The ranks, whose errors say what the meeting knows of them. */
function explaining(ranks: Ranks, meeting: Meeting): Ranks {
  const told = <T>(compute: () => T): T => {
    try {
      return compute();
    } catch (cause) {
      throw meeting.explained(cause);
    }
  };
  return {
    rank: ranks.rank,
    size: ranks.size,
    sum: <T extends Tensor>(x: T) => told(() => ranks.sum(x)),
    max: <T extends Tensor>(x: T) => told(() => ranks.max(x)),
    gather: <T extends Tensor>(x: T) => told(() => ranks.gather(x)),
    broadcast: <T extends Tensor>(x: T) => told(() => ranks.broadcast(x)),
    part() {
      told(() => ranks.part());
      meeting.depart();
    },
  };
}
