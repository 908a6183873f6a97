import { readFileSync, writeFileSync } from 'node:fs';
import { readFile, rename, writeFile, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AblateError } from '../../base/errors/ablate-error.ts';

/** The seat of a process among those of one run. */
export interface RankSeat {
  readonly rank: number;
  readonly size: number;
  /** A folder of this start of the run alone, which all ranks see. */
  readonly folder: string;
  /** The IPv4 address that this rank listens on, which the others reach. */
  readonly host: string;
  /** How long a rank waits for the others to come; two minutes where it is left out. */
  readonly seconds?: number;
}

/** What must be the same on all ranks, by its name. */
export type Fingerprint = Readonly<Record<string, string>>;

/**
 * Where the ranks of a run find each other before they can talk: files of a folder that all see, one a rank and
 * purpose.
 */
export class Meeting {
  readonly #seat: RankSeat;

  constructor(seat: RankSeat) {
    this.#seat = seat;
  }

  /**
   * Tells where this rank listens, and waits for the others.
   *
   * @returns `host:port` of each
   * @throws AblateError RANK_LOST naming who does not come
   */
  async addresses(): Promise<string[]> {
    await mkdir(this.#seat.folder, { recursive: true, mode: 0o700 });
    await this.#write('address', `${this.#seat.host}:${await freePort(this.#seat.host)}`);
    return this.#all('address', 'come');
  }

  /** @throws AblateError DEVICE_UNAVAILABLE where a rank differs from rank 0 in what decides its bits */
  async requireAlike(own: Fingerprint): Promise<void> {
    await this.#write('fingerprint', JSON.stringify(own));
    const all = (await this.#all('fingerprint', 'come')).map((text) => JSON.parse(text) as Fingerprint);
    for (const [rank, one] of all.entries())
      for (const [name, value] of Object.entries(all[0]!)) {
        if (one[name] === value) continue;
        const [other, first] = [one[name] ?? 'none', value].map((text) => (text.length > 80 ? 'another' : text));
        throw new AblateError(
          'DEVICE_UNAVAILABLE',
          `The ranks are not alike, and would not compute the same bits: ${name} is ${other} on rank ${rank}, and ${first} on rank 0.`,
          { remedy: 'Start all ranks from one spec and one copy of Ablate, on machines of one kind.' },
        );
      }
  }

  /** Says that this rank needs the others no more; it may leave when all have said so. */
  depart(): void {
    writeFileSync(this.#file('departed', this.#seat.rank), '', { flag: 'a' });
  }

  /** Waits until no rank needs this one any more. */
  async departed(): Promise<void> {
    await this.#all('departed', 'leave');
  }

  /**
   * The same error with what the first rank that noticed says, which later ones cannot tell from its consequences; or
   * says so first.
   */
  explained(cause: unknown): unknown {
    if (!(cause instanceof AblateError) || cause.code !== 'RANK_LOST') return cause;
    const { remedy } = cause;
    return new AblateError('RANK_LOST', this.tell(cause.problem), { remedy, cause });
  }

  /** Leaves a reason for all others, where none is left yet. @returns the one that counts */
  tell(reason: string): string {
    const file = join(this.#seat.folder, 'lost');
    try {
      writeFileSync(file, reason, { flag: 'wx' });
      return reason;
    } catch {
      // Being written this moment, or the folder is gone: then its own reason is as good.
      return readQuietly(file) || reason;
    }
  }

  #file(purpose: string, rank: number): string {
    return join(this.#seat.folder, `${purpose}-${rank}`);
  }

  async #write(purpose: string, text: string): Promise<void> {
    const file = this.#file(purpose, this.#seat.rank);
    await writeFile(`${file}.part`, text);
    await rename(`${file}.part`, file);
  }

  async #all(purpose: string, verb: string): Promise<string[]> {
    const { size, seconds = 120 } = this.#seat;
    for (const until = Date.now() + seconds * 1000; ; await wait(50)) {
      const found = await Promise.all(
        Array.from({ length: size }, (_, rank) => readFile(this.#file(purpose, rank), 'utf8').catch(() => undefined)),
      );
      if (found.every((text) => text !== undefined)) return found;
      const lost = readQuietly(join(this.#seat.folder, 'lost'));
      const missing = found.flatMap((text, rank) => (text === undefined ? [rank] : []));
      if (lost || Date.now() > until)
        throw new AblateError(
          'RANK_LOST',
          lost || this.tell(`Rank ${missing.join(', ')} of ${size} did not ${verb} within ${seconds} seconds.`),
          { remedy: 'Go on from the newest checkpoint with --resume.' },
        );
    }
  }
}

function readQuietly(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** A port that nobody listens on at this moment. */
function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, host, () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
