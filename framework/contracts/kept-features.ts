/** What frozen blocks make of the images of splits, kept so that runs share it. */
export interface KeptFeatures {
  /**
   * Gives the numbers of a key, computed now where nobody has them. Not to be changed.
   *
   * @param group names network and data set: what is held of another is let go
   * @param key names the numbers among those of the group
   * @param length how many there are
   */
  of(group: string, key: string, length: number, compute: () => Promise<Float32Array>): Promise<Float32Array>;
}
