const unknown = (): number => Infinity;
let measure = unknown;

/**
 * Asks for the bytes that the device in use has free; Infinity where that is not known beforehand: of a GPU, and in a
 * browser. There the library refuses.
 */
export const deviceRoom = (): number => measure();

/**
 * Says how the room of the device in use is measured; without `free` it is unknown. A browser can measure none, so this
 * is not asked for here.
 */
export function measureDeviceRoom(free: () => number = unknown): void {
  measure = free;
}
