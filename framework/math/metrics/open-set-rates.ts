import type { Curve } from '../../contracts/evaluator.ts';
import { rankScores, rocCurve, rocOf, trueAcceptsAt, type RankedScores, type Roc } from './roc.ts';

/** Answers to open-set queries. */
export interface OpenSetAnswers {
  /** Best score of each query. */
  readonly scores: Float64Array;
  /** 1 where the query's class is in the gallery. */
  readonly mated: Uint8Array;
  /** 1 where the best-scored entry is of the query's class. */
  readonly correct: Uint8Array;
}

/**
 * Detection and identification rates (Phillips, Grother and Micheals, "Evaluation Methods in Face Recognition", 2011):
 * against a threshold on the best score, FAR is the share of unmated queries accepted, DIR the share of mated queries
 * accepted with the right class.
 */
export class OpenSetRates {
  readonly #answers: OpenSetAnswers;
  readonly #ranked: RankedScores;
  /** Queries whose acceptance is neither right nor a false alarm: mated, with another class on top. */
  readonly #counted: Float64Array;

  constructor(answers: OpenSetAnswers) {
    this.#answers = answers;
    this.#ranked = rankScores(answers.scores, answers.mated);
    this.#counted = Float64Array.from(answers.mated, (mated, query) => (mated && !answers.correct[query] ? 0 : 1));
  }

  #curve(weights?: Float64Array): { readonly roc: Roc | undefined; readonly scale: number } {
    const { mated, correct } = this.#answers;
    let [right, all, unmated] = [0, 0, 0];
    mated.forEach((isMated, query) => {
      const weight = weights?.[query] ?? 1;
      if (isMated) all += weight;
      else unmated += weight;
      right += isMated * correct[query]! * weight;
    });
    const counted = weights ? this.#counted.map((times, query) => times * weights[query]!) : this.#counted;
    return { roc: rocOf(this.#ranked, counted), scale: unmated === 0 ? NaN : right / all };
  }

  /** DIR at each FAR target, no interpolation; NaN where there are no mated or no unmated queries. */
  at(targets: readonly number[], weights?: Float64Array): number[] {
    const { roc, scale } = this.#curve(weights);
    return targets.map((target) => (roc ? scale * trueAcceptsAt(roc, target) : scale));
  }

  /** Detection error trade-off: FAR against the share of mated queries missed or misnamed. */
  errorTradeOff(): Curve | undefined {
    const { roc, scale } = this.#curve();
    if (!roc) return undefined;
    const { x, y } = rocCurve(roc);
    return {
      x,
      y: y.map((share) => 1 - scale * share),
      xLabel: 'false accept rate',
      yLabel: '1 − detection and identification rate',
    };
  }
}
