import { isCall, type NotedBody, type NotedStep } from './noted-body.ts';
import type { StepFunction } from './step-function.ts';

/** A body that has been seen. */
export interface KnownBody extends NotedBody {
  /** What does all of it; null where nothing may, undefined as long as it has come once. */
  call?: StepFunction | null;
  /** Whether that has given the same bits. */
  proven?: boolean;
}

/** One that is a function. */
export type CallableBody = KnownBody & { readonly call: StepFunction };

/** Bodies in a row that were done one by one after which no more are noted. */
const PATIENCE = 20;
/** Bodies that are remembered. */
const ROOM = 12;

/** Remembers what bodies asked for, the last seen first, and gives up where they hardly ever ask for the same. */
export class KnownBodies {
  readonly #remove: (call: StepFunction) => void;
  #bodies: KnownBody[] = [];
  #misses = 0;
  /** How many bodies have been done in one call. */
  calls = 0;

  /** @param remove hears of each function that is not needed any more */
  constructor(remove: (call: StepFunction) => void) {
    this.#remove = remove;
  }

  /** Whether noting is in vain. */
  get givenUp(): boolean {
    return this.#misses >= PATIENCE;
  }

  /** All of them. */
  all(): KnownBody[] {
    return [...this.#bodies];
  }

  /** Those that are functions. */
  callable(): CallableBody[] {
    return this.#bodies.filter((body): body is CallableBody => Boolean(body.call));
  }

  /** Remembers one that has come for the first time. */
  add(body: NotedBody): void {
    this.#bodies.unshift({ ...body });
    const oldest = this.#bodies[ROOM];
    if (oldest) this.#forget(oldest);
  }

  /** Remembers one that the constants of some steps are no part of, in place of one that they are part of. */
  widen(body: KnownBody, steps: ReadonlySet<number>): KnownBody {
    const { externals, live } = body;
    const widened = body.steps.map(
      (step, at): NotedStep => (steps.has(at) && !isCall(step) ? { ...step, values: undefined } : step),
    );
    this.#forget(body);
    const known: KnownBody = { steps: widened, externals, live };
    this.#bodies.unshift(known);
    return known;
  }

  /** Notes that one has come again. */
  see(body: KnownBody): void {
    this.#bodies = [body, ...this.#bodies.filter((other) => other !== body)];
  }

  /** Has one done one by one from now on. */
  refuse(body: KnownBody): void {
    if (body.call) this.#remove(body.call);
    body.call = null;
  }

  /** Notes how a body was done. */
  count(inOneCall: boolean): void {
    this.#misses = inOneCall ? 0 : this.#misses + 1;
    if (inOneCall) this.calls++;
    if (this.givenUp) this.clear();
  }

  /** Forgets all. */
  clear(): void {
    for (const body of this.all()) this.#forget(body);
  }

  #forget(body: KnownBody): void {
    this.#bodies = this.#bodies.filter((other) => other !== body);
    if (body.call) this.#remove(body.call);
  }
}
