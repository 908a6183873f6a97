import { readFile } from 'node:fs/promises';
import { AblateError } from '../../base/errors/ablate-error.ts';

/**
 * Reads a text file, which must be UTF-8: another encoding would turn different names into the same ones. A byte order
 * mark is left out.
 *
 * @throws AblateError DATA_NOT_FOUND; DATA_INVALID naming the first line that is not UTF-8
 */
export async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: Error) => {
    throw new AblateError('DATA_NOT_FOUND', `${file} cannot be read: ${cause.message}.`, { cause });
  });
  return decodeText(bytes, file);
}

/**
 * Decodes bytes of a text that are at hand.
 *
 * @param place where they are from, for messages: a file, or an archive and the entry in it
 * @throws AblateError DATA_INVALID naming the first line that is not UTF-8
 */
export function decodeText(bytes: Uint8Array, place: string): string {
  const reader = new TextReader(place);
  return reader.read(bytes) + reader.end();
}

/** Decodes UTF-8 that comes in pieces, as `decodeText` does. */
export class TextReader {
  readonly #place: string;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #line = 1;

  constructor(place: string) {
    this.#place = place;
  }

  /** Decodes the next piece; a character that it cuts comes with the next one. @throws AblateError DATA_INVALID */
  read(bytes: Uint8Array): string {
    const text = this.#decode(bytes, true);
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#line++;
    return text;
  }

  /** Ends the text. @throws AblateError DATA_INVALID where it ends within a character */
  end(): string {
    return this.#decode(new Uint8Array(), false);
  }

  #decode(bytes: Uint8Array, stream: boolean): string {
    try {
      return this.#decoder.decode(bytes, { stream });
    } catch (cause) {
      const line = this.#line + linesBeforeFault(bytes);
      throw new AblateError('DATA_INVALID', `${this.#place}:${line} is not UTF-8 text.`, {
        cause,
        remedy: 'Save it as UTF-8.',
      });
    }
  }
}

/** Line ends before the first byte that is not UTF-8. */
function linesBeforeFault(bytes: Uint8Array): number {
  // A piece may begin with the rest of a character.
  const start = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  const [before] = new TextDecoder().decode(bytes.subarray(Math.max(0, start))).split('\uFFFD', 1);
  return before!.split('\n').length - 1;
}
