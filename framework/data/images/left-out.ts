/** Endings that a sentence names before it counts the rest. */
const named = 8;

/** Counts what a folder or an archive holds beside the images that are read. */
export class LeftOut {
  readonly #endings = new Map<string, number>();
  readonly #reasons = new Map<string, number>();

  /** Counts a file whose ending is not that of an image. */
  file(name: string): void {
    const last = name.slice(name.lastIndexOf('/') + 1);
    const ending = last.includes('.') ? last.slice(last.lastIndexOf('.')).toLowerCase() : '';
    this.#endings.set(ending, (this.#endings.get(ending) ?? 0) + 1);
  }

  /** Counts something by the reason that it is left out for, in words that follow its number. */
  because(reason: 'hidden' | 'link' | 'empty'): void {
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
  }

  /**
   * `Left out below images: 6 files that end in .bmp, 1 folder without an image.`; empty where there is nothing to say.
   */
  sentence(place: string): string {
    const endings = [...this.#endings].sort(([, a], [, b]) => b - a);
    const rest = endings.slice(named).reduce((sum, [, count]) => sum + count, 0);
    const parts = [
      ...endings
        .slice(0, named)
        .map(([ending, count]) => `${files(count)} that ${count === 1 ? 'ends' : 'end'} in ${ending || 'no ending'}`),
      ...(rest > 0 ? [`${files(rest)} of other endings`] : []),
      ...[...this.#reasons].map(([reason, count]) => words[reason]!(count)),
    ];
    return parts.length === 0 ? '' : `Left out below ${place}: ${parts.join(', ')}.`;
  }
}

const files = (count: number): string => `${count} ${count === 1 ? 'file' : 'files'}`;

const words: Readonly<Record<string, (count: number) => string>> = {
  hidden: (count) => `${count} hidden or of a system`,
  link: (count) => `${count} ${count === 1 ? 'link that leads' : 'links that lead'} nowhere`,
  empty: (count) => `${count} ${count === 1 ? 'folder' : 'folders'} without an image`,
};
