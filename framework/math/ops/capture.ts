/** Does bodies that ask the device in use for the same operations again and again, with the bits of doing them plainly. */
export interface Capture {
  /** How many bodies have been done in one call of the device. */
  readonly calls: number;
  /** Does `body`, which waits for nothing; whatever it asks of the device has been done when this returns. */
  run<T>(body: () => T): T;
  /** Forgets what it knows of the bodies. It must not be used any more. */
  dispose(): void;
}

/** Says whether a body that comes so many times is worth a capture: making the one call takes as long as some ten. */
export const isWorthCapture = (times: number): boolean => times >= 20;

/** Does each body as it is. */
export const noCapture: Capture = { calls: 0, run: (body) => body(), dispose: () => undefined };

let make = (): Capture => noCapture;

/** Makes a capture of the device in use; one that does bodies as they are where the device has none. */
export const newCapture = (): Capture => make();

/** Says how the device in use captures; without `capture` it does not. */
export function registerCapture(capture: () => Capture = () => noCapture): void {
  make = capture;
}
