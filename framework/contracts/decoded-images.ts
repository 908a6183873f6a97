/** Images of a data set, decoded. */
export interface DecodedPixels {
  /** All images one after another; not to be changed. */
  readonly pixels: Uint8Array;
  /** Images that cannot be decoded: their rows, and why. */
  readonly broken: ReadonlyMap<number, string>;
}

/** Decoded images that the runs of a plan share, so that none is decoded once a run. */
export interface DecodedImages {
  /**
   * Gives the images of a key, decoded now where they are not the ones that are held.
   *
   * @param key names the files and how they are decoded
   */
  of(key: string, decode: () => Promise<DecodedPixels>): Promise<DecodedPixels>;
}
