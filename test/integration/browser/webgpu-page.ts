// What the page of webgpu.test.ts runs; the test calls it as `ablate`.
import { tf } from 'ablate-ml';
import { startWebgpu } from '../../../framework/devices/webgpu/start-webgpu.ts';
import { trainTinyNets } from './tiny-nets.ts';

const page = {
  start: () => startWebgpu({}),
  async train() {
    const trained = await trainTinyNets();
    return { backend: tf.getBackend(), trained, left: tf.memory().numTensors };
  },
  /** Asks the GPU for what it must refuse, a buffer for no use, and waits until it has. */
  async err() {
    const { device } = tf.backend() as unknown as {
      device: { createBuffer(given: object): object; queue: { onSubmittedWorkDone(): Promise<void> } };
    };
    device.createBuffer({ size: 4, usage: 0 });
    await device.queue.onSubmittedWorkDone();
  },
};

/** What the page offers. */
export type Page = typeof page;

Object.assign(globalThis, { ablate: page });
