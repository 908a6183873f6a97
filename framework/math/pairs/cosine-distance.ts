import * as tf from '@tensorflow/tfjs';
import type { Distance } from '../../contracts/distance.ts';
import { cosineSimilarities } from './cosine-similarities.ts';

/** 1 − cosine, with the cosine as its similarity: of losses that are defined by angles, and of the plugin `cosine`. */
export const cosineDistance: Distance = {
  between: (x, y) => tf.sub(1, cosineSimilarities(x, y)),
  similarity: cosineSimilarities,
};
