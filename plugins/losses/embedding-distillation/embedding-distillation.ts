import { AblateError, tf, z, type Loss } from 'ablate-ml';
import { normalize } from 'ablate-ml/losses';

export const options = z.strictObject({
  measure: z
    .enum(['cosine', 'squared'])
    .default('cosine')
    .describe('1 − the cosine between student and teacher, or the mean squared difference of their numbers'),
  normalize: z.boolean().default(true).describe('divide both embeddings by their norms first; `cosine` does so anyway'),
});

/** Options of embedding distillation. */
export type EmbeddingDistillationOptions = z.output<typeof options>;

/** Computes how far the student's embedding of each image is from the teacher's, by the cosine or the mean square. */
export function embeddingDistillation(options: EmbeddingDistillationOptions): Loss {
  return {
    parameters: [],
    forward({ embedding, teacher }) {
      if (teacher!.shape[1] !== embedding.shape[1])
        throw new AblateError(
          'DATA_INVALID',
          `embedding-distillation: the teacher's embeddings have ${teacher!.shape[1]} columns and the backbone's ${embedding.shape[1]}.`,
          { remedy: "Give the backbone the teacher's number of columns, or use rkd-distance or rkd-angle." },
        );
      const isCosine = options.measure === 'cosine';
      const unit = (rows: tf.Tensor2D): tf.Tensor2D => (isCosine || options.normalize ? normalize(rows) : rows);
      const [x, t] = [unit(embedding), unit(teacher!)];
      const value = isCosine ? tf.sub(1, tf.mean(tf.sum(tf.mul(x, t), 1))) : tf.mean(tf.square(tf.sub(x, t)));
      return { value: value as tf.Scalar };
    },
  };
}
