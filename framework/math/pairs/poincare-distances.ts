import * as tf from '@tensorflow/tfjs';
import { rowNorms } from '../logits/row-norms.ts';
import { customGradient, differentiated } from '../ops/custom-gradient.ts';
import { withoutGradient } from '../ops/without-gradient.ts';
import { squaredDistances } from './squared-distances.ts';

/** The hyperbolic space that rows are mapped into. */
export interface PoincareBall {
  /** c, above 0: the ball's radius is 1/√c. */
  readonly curvature: number;
  /** The norm that longer rows are shortened to before; null: none. */
  readonly clip: number | null;
}

/** How near to the ball's edge a point may come, as a share of the radius. */
const edge = 1e-3;

/** Rows in the ball, and 1 − c‖z‖² of each `[rows, 1]`, from its hyperbolic secant, which keeps its digits. */
interface InBall {
  readonly points: tf.Tensor2D;
  readonly remainder: tf.Tensor2D;
}

/**
 * Computes distances 1/√c arcosh(1 + 2c‖a − b‖² / ((1 − c‖a‖²)(1 − c‖b‖²))) between rows mapped into the Poincaré ball
 * by the exponential map at 0, after clipping (Ermolov et al., CVPR 2022, eq. 2 to 4; clipping: Guo et al., CVPR 2022):
 * `a [rows, dim]`, `b [columns, dim]` → `[rows, columns]`. A distance of 0 has gradient 0.
 */
export function poincareDistances(a: tf.Tensor2D, b: tf.Tensor2D, ball: PoincareBall): tf.Tensor2D {
  const x = intoBall(a, ball);
  const y = a === b ? x : intoBall(b, ball);
  const spread = tf.mul(x.remainder, tf.reshape(y.remainder, [1, -1]));
  const excess: tf.Tensor2D = tf.div(tf.mul(2 * ball.curvature, squaredDistances(x.points, y.points)), spread);
  return tf.div(arcoshOfOnePlus(excess), Math.sqrt(ball.curvature));
}

function intoBall(rows: tf.Tensor2D, { curvature, clip }: PoincareBall): InBall {
  const root = Math.sqrt(curvature);
  const norms = tf.expandDims(rowNorms(rows), 1);
  const length = clip === null ? norms : tf.minimum(norms, clip);
  // Beyond artanh(1 − edge) the point lies at the edge.
  const angle = tf.minimum(tf.mul(root, length), Math.atanh(1 - edge));
  const directions = divided(rows, norms);
  return {
    points: tf.mul(directions, tf.div(tanhOf(angle), root)),
    remainder: tf.square(tf.div(1, tf.cosh(angle))) as tf.Tensor2D,
  };
}

/** tanh, by its series near 0: devices that compute it from exponentials lose all digits there. */
function tanhOf(angle: tf.Tensor): tf.Tensor {
  const square = tf.square(angle);
  const series = tf.mul(angle, tf.add(1, tf.mul(square, tf.sub(tf.mul(square, 2 / 15), 1 / 3))));
  const isSmall = withoutGradient(() => tf.less(angle, 0.05));
  return tf.where(isSmall, series, tf.tanh(angle));
}

/** Rows over their norms; a row of zeros stays 0. */
function divided(rows: tf.Tensor2D, norms: tf.Tensor): tf.Tensor2D {
  const zero = withoutGradient(() => tf.cast(tf.equal(norms, 0), 'float32'));
  return tf.div(rows, tf.add(norms, zero));
}

/** arcosh(1 + u) = ln(1 + u + √(u(u + 2))), with derivative 1/√(u(u + 2)), and 0 at 0. */
function arcoshOfOnePlus(excess: tf.Tensor2D): tf.Tensor2D {
  return customGradient([excess], (u) => {
    const root = tf.sqrt(tf.mul(u, tf.add(u, 2)));
    return differentiated({
      value: tf.log1p(tf.add(u, root)) as tf.Tensor2D,
      saved: [root],
      gradient: (dy, [r]) => tf.divNoNan(dy, r),
    });
  });
}
