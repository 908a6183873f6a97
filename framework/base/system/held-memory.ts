import { readFileSync } from 'node:fs';

/**
 * Measures the bytes of memory that this process holds and that nothing can take from it: pages of files, the native
 * library's above all, are left out where the system tells them apart, since it drops them where memory is short.
 */
export function heldMemory(): number {
  if (process.platform === 'linux')
    try {
      const status = readFileSync('/proc/self/status', 'utf8');
      const kibibytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)![1]);
      return (kibibytes('RssAnon') + kibibytes('RssShmem')) * 1024;
    } catch {
      // A system without that file.
    }
  return process.memoryUsage.rss();
}
