/** Why a device does not work on this machine. Devices throw it; `useDevice` puts the device's name to it. */
export class DeviceFault extends Error {
  /** What to type, one line. */
  readonly remedy: string;

  /**
   * @param reason one plain clause, without a full stop
   * @param remedy what to type, one line
   */
  constructor(reason: string, remedy: string, cause?: unknown) {
    super(reason, { cause });
    this.name = 'DeviceFault';
    this.remedy = remedy;
  }
}
