/** Something of another program's configuration that the spec does not have, and why. */
export interface NotCarried {
  readonly key: string;
  readonly value: unknown;
  readonly reason: string;
}

/** Tells whether a value is a map of a configuration. */
export const isConfigMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Keeps another program's configuration together with what of it has been read, so that nothing is lost in silence:
 * each value is carried over, lost for a reason, of no matter to the numbers, or found by `notCarried` to be unread.
 */
export class SourceConfig {
  readonly #tree: unknown;
  readonly #read: string[] = [];
  readonly #lost: NotCarried[] = [];
  /** What to know or to do before the spec is run, a sentence each. */
  readonly notes: string[] = [];
  /** Keys that change no number, such as where logs go. */
  readonly matterless: string[] = [];

  constructor(tree: unknown) {
    this.#tree = tree;
  }

  /** The value at a path, which counts as read with all below it; undefined where there is none. */
  take(path: string): unknown {
    const value = this.peek(path);
    if (value !== undefined) this.#read.push(path);
    return value;
  }

  /** A number at a path; undefined where there is none, and where it is something else, which is then lost. */
  number(path: string): number | undefined {
    const value = this.take(path);
    if (typeof value === 'number') return value;
    if (value !== undefined && value !== null) this.lose(path, 'a number is expected there');
    return undefined;
  }

  /** The value at a path, not counted as read. */
  peek(path: string): unknown {
    return path.split('.').reduce<unknown>((value, key) => (isConfigMap(value) ? value[key] : undefined), this.#tree);
  }

  /** Keys of the map at a path. */
  keys(path = ''): string[] {
    const value = path === '' ? this.#tree : this.peek(path);
    return isConfigMap(value) ? Object.keys(value) : [];
  }

  /** Names what cannot be carried over, where it is there and set at all. */
  lose(path: string, reason: string): void {
    const value = this.take(path);
    if (value !== undefined && value !== null) this.#lost.push({ key: path, value, reason });
  }

  /** Passes over keys that change no number. */
  skip(...paths: readonly string[]): void {
    for (const path of paths) if (this.take(path) !== undefined) this.matterless.push(path);
  }

  /** All that the spec does not have: what was lost for a reason, then what nobody has read. */
  notCarried(): NotCarried[] {
    const isRead = (path: string): boolean => this.#read.some((read) => path === read || path.startsWith(`${read}.`));
    const unread = (path: string): NotCarried[] => {
      if (isRead(path)) return [];
      const value = path === '' ? this.#tree : this.peek(path);
      if (isConfigMap(value)) return Object.keys(value).flatMap((key) => unread(path === '' ? key : `${path}.${key}`));
      return value === null ? [] : [{ key: path, value, reason: 'Ablate has nothing of that name' }];
    };
    return [...this.#lost, ...unread('')];
  }
}

/** Leaves out what is undefined. */
export const given = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** Puts a name into the form of Ablate's: `NTXentLoss` → `nt-xent-loss`. */
export const kebab = (name: string): string =>
  name
    .replace(/([a-z\d])([A-Z])|([A-Z]+)([A-Z][a-z])/g, '$1$3-$2$4')
    .replaceAll('_', '-')
    .toLowerCase();
