import type { Curve, ThresholdRates } from '../../contracts/evaluator.ts';
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

  /**
   * Thresholds with what each does: the smallest score whose FAR is at most each target (`FAR=1e-3`), the largest at
   * which FAR is no smaller than the share of mated queries missed (`equal-error`), the one that decides most queries
   * rightly, of several the smallest (`best-accuracy`). Pairs of verification are queries too: mated where they are the
   * same, and then correct.
   *
   * @param weights how often each query counts, once by default
   */
  operatingPoints(targets: readonly number[], weights?: Float64Array): Record<string, ThresholdRates> {
    const { order, scores } = this.#ranked;
    const { mated, correct } = this.#answers;
    const { mated: all, unmated } = this.#totals(weights);
    const nothing = ratesOf({ threshold: null, right: 0, mistaken: 0, mated: all, unmated });
    const atTargets = targets.map(() => nothing);
    let [equal, best]: (ThresholdRates | undefined)[] = [];
    let [right, mistaken, well, counted] = [0, 0, -Infinity, 0];
    for (let place = order.length - 1; place >= 0; place--) {
      const query = order[place]!;
      const weight = weights?.[query] ?? 1;
      counted += weight;
      if (!mated[query]) mistaken += weight;
      else if (correct[query]) right += weight;
      // A score that nobody has is no threshold.
      if ((place > 0 && scores[order[place - 1]!] === scores[query]) || counted === 0) continue;
      counted = 0;
      const here = ratesOf({ threshold: scores[query]!, right, mistaken, mated: all, unmated });
      targets.forEach((target, index) => {
        if (here.FAR <= target) atTargets[index] = here;
      });
      if (!equal && here.FAR + here.TAR >= 1) equal = here;
      if (right - mistaken >= well) [well, best] = [right - mistaken, here];
    }
    return {
      ...Object.fromEntries(targets.map((target, index) => [farName(target), atTargets[index]!])),
      'equal-error': equal ?? nothing,
      'best-accuracy': best ?? nothing,
    };
  }

  /** Rates of a threshold that was chosen elsewhere; null accepts nothing. */
  ratesAt(threshold: number | null, weights?: Float64Array): ThresholdRates {
    const { scores, mated, correct } = this.#answers;
    let [right, mistaken] = [0, 0];
    for (let query = 0; query < scores.length; query++) {
      if (threshold === null || scores[query]! < threshold) continue;
      const weight = weights?.[query] ?? 1;
      if (!mated[query]) mistaken += weight;
      else if (correct[query]) right += weight;
    }
    return ratesOf({ threshold, right, mistaken, ...this.#totals(weights) });
  }

  #totals(weights?: Float64Array): { readonly mated: number; readonly unmated: number } {
    const totals = { mated: 0, unmated: 0 };
    this.#answers.mated.forEach((isMated, query) => (totals[isMated ? 'mated' : 'unmated'] += weights?.[query] ?? 1));
    return totals;
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

/** Gives the name of a false accept rate's threshold, as papers write it: `FAR=1e-3`. */
export const farName = (rate: number): string => `FAR=${rate.toExponential()}`;

interface Decided {
  readonly threshold: number | null;
  /** Mated queries accepted with the right class, and unmated ones accepted. */
  readonly right: number;
  readonly mistaken: number;
  readonly mated: number;
  readonly unmated: number;
}

function ratesOf({ threshold, right, mistaken, mated, unmated }: Decided): ThresholdRates {
  return {
    threshold,
    FAR: mistaken / unmated,
    TAR: right / mated,
    accuracy: (right + unmated - mistaken) / (mated + unmated),
  };
}
