import { mkdirSync, statfsSync } from 'node:fs';
import type { TableStorage } from '../../contracts/class-table.ts';
import { deviceRoom } from '../ops/device-room.ts';
import { freeMemory } from '../../base/system/free-memory.ts';
import { inMemory, type MemoryRoom } from './require-room.ts';

/**
 * Describes where a class table lies by its storage, and what there is free. @param directory where `file` storage
 * lies; made where it is not there
 */
export function storagePlace(storage: TableStorage, directory: string): MemoryRoom {
  if (storage !== 'file')
    return inMemory(
      storage === 'device' ? deviceRoom() : freeMemory(),
      'file}}, which keeps the class weights on disk',
    );
  mkdirSync(directory, { recursive: true });
  const { bavail, bsize } = statfsSync(directory);
  return {
    free: bavail * bsize,
    where: `on the disk of ${directory}`,
    remedy: "Set ABLATE_CACHE to a folder of a larger disk, or lower the embedding's columns.",
  };
}
