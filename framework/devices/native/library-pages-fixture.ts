// Prints how many KiB of the native library's files are in this process's memory once the device is there.
import { readFileSync } from 'node:fs';
import { useDevice } from '../devices.ts';

await useDevice('tensorflow');
let [inLibrary, resident] = [false, 0];
for (const line of readFileSync('/proc/self/smaps', 'utf8').split('\n')) {
  if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) inLibrary = /libtensorflow[^/]*$/.test(line);
  else if (inLibrary && line.startsWith('Rss:')) resident += Number(/\d+/.exec(line)![0]);
}
process.stdout.write(JSON.stringify(resident));
