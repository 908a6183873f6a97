// Prints whether the native device captures in a process of its own.
import { newCapture, noCapture } from '../../math/ops/capture.ts';
import { useDevice } from '../devices.ts';

await useDevice('tensorflow', { threads: 1 });
process.stdout.write(String(newCapture() !== noCapture));
