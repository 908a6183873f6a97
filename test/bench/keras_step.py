"""Training steps in Keras for test/bench: the same nets, batch, losses and optimizer as Ablate's, a step one `tf.function`.

usage: keras_step.py NET LOSS BATCH THREADS SIDE
"""
import math
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["KERAS_BACKEND"] = "tensorflow"
import keras
import tensorflow as tf
from keras import layers

from answer_lines import answer_lines

net_name, loss_name, batch, threads, side = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
tf.config.threading.set_intra_op_parallelism_threads(threads)
tf.config.threading.set_inter_op_parallelism_threads(threads)
keras.utils.set_random_seed(1)


def prelu(axes):
    return layers.PReLU(alpha_initializer=keras.initializers.Constant(0.25), shared_axes=axes)


def convolution(x, filters, size, stride=1, bias=True):
    """As PyTorch pads: (size - 1) / 2 on every side. `same` would pad a stride of 2 on one side only."""
    if stride > 1 and size > 1:
        x = layers.ZeroPadding2D((size - 1) // 2)(x)
    return layers.Conv2D(filters, size, stride, padding="same" if stride == 1 else "valid", use_bias=bias)(x)


def normalized(x, filters, size, stride=1):
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(convolution(x, filters, size, stride, bias=False))


def lenet_plus_plus(x, convolutions):
    for filters in (32, 64, 128):
        for _ in range(convolutions):
            x = prelu([1, 2])(convolution(x, filters, 5))
        x = layers.MaxPool2D(2)(x)
    return prelu(None)(layers.Dense(2)(layers.Flatten()(x)))


def conv_4(x):
    for _ in range(4):
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(convolution(x, 64, 3))
        x = layers.MaxPool2D(2)(layers.ReLU()(x))
    return layers.Flatten()(x)


def sphereface_20(x):
    for filters, units in zip((64, 128, 256, 512), (1, 2, 4, 1)):
        x = prelu([1, 2])(convolution(x, filters, 3, 2))
        for _ in range(units):
            body = prelu([1, 2])(convolution(x, filters, 3))
            x = layers.Add()([prelu([1, 2])(convolution(body, filters, 3)), x])
    return layers.Dense(512)(layers.Flatten()(x))


def resnet_18(x):
    x = layers.ReLU()(normalized(x, 64, 7, 2))
    # Zeros pad as −∞ would, behind a rectifier.
    x = layers.MaxPool2D(3, 2)(layers.ZeroPadding2D(1)(x))
    for stage, filters in enumerate((64, 128, 256, 512)):
        for unit in range(2):
            stride = 2 if stage > 0 and unit == 0 else 1
            shortcut = x if stride == 1 else normalized(x, filters, 1, stride)
            x = normalized(layers.ReLU()(normalized(x, filters, 3, stride)), filters, 3)
            x = layers.ReLU()(layers.Add()([x, shortcut]))
    return layers.Dense(128)(layers.GlobalAveragePooling2D()(x))


nets = {"lenet-plus-plus-3": lambda x: lenet_plus_plus(x, 1), "lenet-plus-plus-6": lambda x: lenet_plus_plus(x, 2), "conv-4": conv_4, "sphereface-20": sphereface_20, "resnet-18": resnet_18}
inputs = keras.Input((side, side, 1))
backbone = keras.Model(inputs, nets[net_name](inputs))
dim = backbone.output.shape[1]
head = layers.Dense(10, use_bias=loss_name != "arcface")
head.build((None, dim))
centers = tf.Variable(tf.zeros((10, dim)))
weights = backbone.trainable_variables + head.trainable_variables
optimizer = keras.optimizers.SGD(0.01, momentum=0.9)
optimizer.build(weights)
images = tf.random.uniform((batch, side, side, 1), -1, 1)
labels = tf.random.uniform((batch,), 0, 10, tf.int32)


def arcface(embedding):
    """Deng et al., CVPR 2019, eq. 3, with s = 64 and m = 0.5."""
    cosine = tf.matmul(tf.math.l2_normalize(embedding, 1), tf.math.l2_normalize(head.kernel, 0))
    target = tf.one_hot(labels, 10)
    own = tf.gather(cosine, labels, batch_dims=1)
    sine = tf.sqrt(tf.maximum(1 - own * own, 1e-12))
    margined = tf.where(own > math.cos(math.pi - 0.5), own * math.cos(0.5) - sine * math.sin(0.5), own - 0.5 * math.sin(0.5))
    return 64 * (cosine + target * (margined - own)[:, None])


@tf.function
def train_step():
    with tf.GradientTape() as tape:
        embedding = backbone(images, training=True)
        logits = arcface(embedding) if loss_name == "arcface" else head(embedding)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
        if loss_name == "softmax+center":
            loss += 0.01 / (2 * batch) * tf.reduce_sum((embedding - tf.gather(centers, labels)) ** 2)
    gradients = tape.gradient(loss, [one.value for one in weights])
    # Keras's own weight_decay shrinks the weights beside the step; this is in the gradient, as Ablate's and PyTorch's.
    optimizer.apply([gradient + 5e-4 * one.value if one.name == "kernel" else gradient for gradient, one in zip(gradients, weights)], weights)
    if loss_name == "softmax+center":
        counts = tf.math.bincount(labels, minlength=10, dtype=tf.float32)
        pull = tf.math.unsorted_segment_sum(tf.gather(centers, labels) - embedding, labels, 10)
        centers.assign_sub(0.5 * pull / (1 + counts)[:, None])
    return loss


answer_lines(f"Keras {keras.__version__} on TensorFlow {tf.__version__}", lambda: train_step().numpy())
