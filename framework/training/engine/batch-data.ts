/** Images that a batch is mixed with. */
export interface BatchMix {
  /** Class of the image that each is mixed with, `[batch]`. */
  readonly labels: Int32Array;
  /** Share of each image itself: λ. */
  readonly share: number;
  /**
   * Whether embeddings are still to be mixed, each with that of the row as far from the end; else `pixels` are mixed.
   */
  readonly embeddings: boolean;
}

/** Images of a batch, in plain memory. */
export interface BatchData {
  /** Row-major `[batch, height, width, channels]`; of a run over several ranks, the images of this rank alone. */
  readonly pixels: Float32Array;
  /** The same images once more for every further view, as `pixels`. */
  readonly views?: readonly Float32Array[];
  /** What the images are mixed with; not, where it is left out. */
  readonly mix?: BatchMix;
  readonly labels: Int32Array;
  /** Index of each in the training split. */
  readonly rows: Int32Array;
}
