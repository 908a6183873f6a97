/** A watch over SIGINT and SIGTERM. */
export interface Interrupt {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** 130 after SIGINT, 143 after SIGTERM, undefined without one. */
  readonly exitCode: number | undefined;
  /** Stops watching. */
  release(): void;
}

/** Milliseconds for what is under way when everything else is done. */
const leftover = 2000;
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/** Aborts at the first signal, so that a run can checkpoint; the second ends the process at once. */
export function onInterrupt(told: (signal: string) => void): Interrupt {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const listen = (signal: keyof typeof exitCodes) => (): void => {
    if (controller.signal.aborted) process.exit(exitCodes[signal]);
    exitCode = exitCodes[signal];
    controller.abort();
    told(signal);
  };
  const listeners = { SIGINT: listen('SIGINT'), SIGTERM: listen('SIGTERM') };
  process.on('SIGINT', listeners.SIGINT);
  process.on('SIGTERM', listeners.SIGTERM);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    release() {
      // What was given up on the way, such as a data set that is being read, keeps nobody waiting.
      if (controller.signal.aborted) setTimeout(() => process.exit(), leftover).unref();
      process.off('SIGINT', listeners.SIGINT);
      process.off('SIGTERM', listeners.SIGTERM);
    },
  };
}
