/** Hears what a run spends its time on; the profiler is one. */
export interface Spans {
  /**
   * Does `body` and notes how long it took, until its promise settles where it returns one.
   *
   * @param track what works meanwhile: each is a row of the picture
   */
  during<T>(track: 'steps' | 'input' | 'journal', name: string, body: () => T): T;
}

/** Where nobody listens. */
export const noSpans: Spans = { during: (_track, _name, body) => body() };
