import * as tf from '@tensorflow/tfjs';
import type { ImageShape } from '../../contracts/dataset.ts';
import type { BackboneOfRun } from '../evaluate/backbone-of-run.ts';
import { graphOf } from './graph-of.ts';
import type { Graph } from './graph.ts';
import { trace, type Trace } from './trace.ts';

/** A backbone as a graph, traced when it is first asked for. */
export interface TracedBackbone {
  /** Its weights are read from the backbone's own variables. @throws AblateError EXPORT_UNSUPPORTED */
  graph(): Graph;
  /** Releases what the graph holds beside these. */
  dispose(): void;
}

/** Traces the evaluation pass of a backbone, images to embedding, as a graph for batches of any length. */
export function traceBackbone(
  { backbone, parameters, step }: Pick<BackboneOfRun, 'backbone' | 'parameters' | 'step'>,
  imageShape: ImageShape,
): TracedBackbone {
  const traces: Trace[] = [];
  const traceOf = (batch: number): Trace => {
    const images = tf.zeros([batch, ...imageShape]);
    try {
      const found = trace(images, (input) => backbone.forward(input as tf.Tensor4D, { training: false, step }));
      traces.push(found);
      return found;
    } finally {
      images.dispose();
    }
  };
  const names = new Map(parameters.map(({ name, variable }) => [variable.id, name]));
  let graph: Graph | undefined;
  return {
    graph: () =>
      (graph ??= graphOf({
        first: traceOf(2),
        second: traceOf(3),
        inputShape: [-1, ...imageShape],
        nameOf: ({ id }) => names.get(id),
      })),
    dispose: () => traces.forEach((one) => one.dispose()),
  };
}
