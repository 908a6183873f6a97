/** Image files of a data set, not decoded, by row. */
export interface EncodedImages {
  readonly length: number;
  /** Name within the data set, with `/` between folders, the same on every machine: `Greek/character01/0394_01.png`. */
  name(row: number): string;
  /** Where to find it, for messages: a path, or an archive and the entry in it. */
  location(row: number): string;
  /**
   * What tells this file from another of the same name, for the digest: its checksum where that is to be had, else its
   * size.
   */
  mark(row: number): string;
  /** A digest of all names and marks, where it is at hand. */
  readonly identity?: string;
  /** @throws AblateError DATA_INVALID naming the location */
  read(row: number): Promise<Uint8Array>;
  close?(): Promise<void>;
}
