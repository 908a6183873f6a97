/** What a check is run with. */
export interface CheckOptions {
  /** The plugin's options; what is left out has the schema's default. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** A file of reference cases: then these are compared, instead of the rules that need no reference. */
  readonly vectors?: string | URL;
  /** Losses: devices to compare with the one in use, by name. */
  readonly devices?: readonly string[];
  /** The plugin's folder: what a loss throws then names the file and line of it. */
  readonly location?: string | undefined;
}
