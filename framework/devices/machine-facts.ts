import { readdirSync, lstatSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cacheDirectory } from '../base/system/cache-directory.ts';

/** What `ablate doctor` says of the machine beside its devices. */
export interface MachineFacts {
  readonly node: string;
  readonly platform: string;
  /** Processors that this process may use. */
  readonly processors: number;
  readonly memoryBytes: number;
  readonly cache: { readonly directory: string; readonly bytes: number };
  /** Free bytes on the disk of the current folder, where run folders go; undefined where the system does not tell. */
  readonly freeDiskBytes: number | undefined;
}

/** Looks at the machine; changes nothing and never throws. */
export function machineFacts(): MachineFacts {
  const directory = cacheDirectory();
  return {
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    processors: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    cache: { directory, bytes: sizeOf(directory) },
    freeDiskBytes: freeBytes(process.cwd()),
  };
}

/** Bytes of the files below a folder; links are not followed, what vanishes or cannot be read counts nothing. */
function sizeOf(place: string): number {
  try {
    const entry = lstatSync(place);
    if (!entry.isDirectory()) return entry.size;
    return readdirSync(place).reduce((sum, name) => sum + sizeOf(path.join(place, name)), 0);
  } catch {
    return 0;
  }
}

function freeBytes(place: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(place);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
