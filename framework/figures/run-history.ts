import type { Evaluation } from '../contracts/evaluator.ts';
import type { HistoryPoint } from '../contracts/figure.ts';
import type { RunEvent } from '../contracts/run-event.ts';

/** What of a run's events figures are drawn from: feed it the effective history with `add`. */
export class RunHistory {
  readonly points: HistoryPoint[] = [];
  results: Evaluation = { metrics: {} };

  /** Takes the next event. */
  add(event: RunEvent | { readonly type: 'rewound' }): void {
    if (event.type === 'epoch') this.points.push({ epoch: event.epoch, step: event.step, metrics: event.metrics });
    if (event.type !== 'evaluated') return;
    const { role, epoch, step, metrics, intervals, curves } = event;
    if (role === 'test') this.results = { metrics, intervals, curves };
    else {
      const named = Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`${role}/${name}`, value]));
      // The best weights are validated again after the end, at the step where they stood.
      const place = this.points.findLastIndex((point) => point.step <= step) + 1;
      this.points.splice(place, 0, { epoch, step, metrics: named });
    }
  }
}
