import type { FaultList } from './fault-list.ts';
import type { ResolvedUse } from './resolve-use.ts';

/** Reads what a plugin declares by its options; one that throws there becomes a fault. */
export function declared<T>(
  { use, place, path }: Pick<ResolvedUse, 'use' | 'place' | 'path'>,
  read: () => T,
  faults: FaultList,
): T | undefined {
  try {
    return read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    faults.add(place, {
      code: 'PLUGIN_INVALID',
      path,
      message: `"${use.plugin}" cannot say what it needs with these options: ${reason}`,
      remedy: 'This is a fault of the plugin: tell its author',
    });
    return undefined;
  }
}
