/** TensorFlow.js, one instance for the framework and every plugin. */
export * from '@tensorflow/tfjs';
