let current: string | undefined;

/** Tells whose code runs now; undefined for the framework's own. */
export function currentPlugin(): string | undefined {
  return current;
}

/** Runs `body` as the code of a plugin, up to its first await. */
export function asPlugin<T>(plugin: string, body: () => T): T {
  const before = current;
  current = plugin;
  try {
    return body();
  } finally {
    current = before;
  }
}
