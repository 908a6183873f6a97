import os from 'node:os';
import type { RankPlace } from '../../contracts/ranks.ts';

/** What `framework/app/setup/ranks` compiles to. */
export interface RanksAddon {
  /** Makes the context that the binding creates next a member of a cluster; its server listens on one address alone. */
  join(addresses: readonly string[], rank: number, listen: string, nccl: boolean): void;
  /** Why this process is no member of the cluster; undefined where it is. */
  fault(): string | undefined;
  /** Asks every other rank each `seconds` whether it is there; ends all collectives where one is not. */
  watch(seconds: number, patience: number): void;
  /** The ranks that do not answer within so many milliseconds. */
  missing(milliseconds: number): number[];
  unwatch(): void;
}

/** Opens the addon so that its functions stand before the library's, which must not be loaded yet, and takes a place. */
export function joinRanks(file: string, { addresses, rank }: RankPlace, nccl: boolean): RanksAddon {
  const holder = { exports: {} };
  process.dlopen(holder, file, os.constants.dlopen.RTLD_NOW | os.constants.dlopen.RTLD_GLOBAL);
  const addon = holder.exports as RanksAddon;
  const own = addresses[rank]!;
  addon.join(addresses, rank, own.slice(0, own.lastIndexOf(':')), nccl);
  return addon;
}
