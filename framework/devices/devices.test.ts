import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { describeOn } from '#test/on-device';
import { AblateError } from '../base/errors/ablate-error.ts';
import { deviceNames } from '../contracts/device.ts';
import { useDevice } from './devices.ts';
import { probe } from './probe.ts';
import { tinyTraining } from './tiny-training.ts';

const register = fileURLToPath(new URL('../app/bin/register.mjs', import.meta.url));
const runner = fileURLToPath(new URL('../app/bin/ts.mjs', import.meta.url));
const child = fileURLToPath(new URL('./probe-child.ts', import.meta.url));

describe('devices', { timeout: 240_000 }, () => {
  it.each(['cpu', 'wasm', 'tensorflow'] as const)('%s computes where it says, and trains', async (name) => {
    const device = await useDevice(name);
    expect(device).toMatchObject({ name, gpu: false });
    expect(tf.getBackend()).toBe(name);
    expect(device.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(await tinyTraining()).toBeGreaterThan(0);
  });

  it('trains to the same loss on every device', async () => {
    const values: number[] = [];
    for (const name of ['cpu', 'wasm', 'tensorflow'] as const) {
      await useDevice(name);
      values.push(
        tf.tidy(
          () =>
            tf
              .grad((x) => tf.sum(tf.logSoftmax(tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D))))(
                tf.tensor2d([1, 2, 3, 4], [2, 2]),
              )
              .dataSync()[3]!,
        ),
      );
    }
    expect(values[1]).toBeCloseTo(values[0]!, 3);
    expect(values[2]).toBeCloseTo(values[0]!, 3);
  });

  it('takes the best one where it may choose', async () => {
    const { name } = await useDevice('auto');
    expect(deviceNames.indexOf(name)).toBeLessThanOrEqual(deviceNames.indexOf('tensorflow'));
  });

  it('pins the threads before the library is loaded, and refuses to change them after', () => {
    const program = `
      import { useDevice } from ${JSON.stringify(new URL('./devices.ts', import.meta.url).href)};
      const device = await useDevice('tensorflow', { threads: 1 });
      const refused = await useDevice('tensorflow', { threads: 2 }).then(() => 'no', (error) => error.code);
      console.log(device.threads, process.env.TF_NUM_INTRAOP_THREADS, process.env.OMP_NUM_THREADS, refused);`;
    const { stdout } = spawnSync(process.execPath, ['--import', register, '--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    expect(stdout.trim()).toBe('1 1 1 DEVICE_UNAVAILABLE');
  });

  it.runIf(process.arch === 'x64').each([
    [undefined, '1'],
    ['0', '0'],
  ])('has the library use oneDNN on every x86, unless the environment says otherwise: %s', (given, used) => {
    const program = `
      import { useDevice } from ${JSON.stringify(new URL('./devices.ts', import.meta.url).href)};
      await useDevice('tensorflow');
      console.log(process.env.TF_ENABLE_ONEDNN_OPTS);`;
    const { TF_ENABLE_ONEDNN_OPTS: _, ...environment } = process.env;
    const { stdout } = spawnSync(process.execPath, ['--import', register, '--input-type=module', '-e', program], {
      encoding: 'utf8',
      env: { ...environment, ...(given && { TF_ENABLE_ONEDNN_OPTS: given }) },
    });
    expect(stdout.trim()).toBe(used);
  });

  it('leaves an error that nobody catches its exit code and its place', () => {
    const program = `
      import { useDevice } from ${JSON.stringify(new URL('./devices.ts', import.meta.url).href)};
      await useDevice('wasm');
      setTimeout(() => { throw new Error('here'); });`;
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', register, '--input-type=module', '-e', program],
      { encoding: 'utf8' },
    );
    expect(status).toBe(1);
    expect(stderr).toContain('Error: here');
    expect(stderr).not.toContain('tfjs-backend-wasm');
  });

  it('probes in a process of its own', async () => {
    const [native, wasm] = await Promise.all([probe('tensorflow'), probe('wasm')]);
    expect(native).toMatchObject({ works: true, reason: undefined });
    expect(native.description).toMatch(/^TensorFlow 2\.\d+/);
    expect(wasm).toMatchObject({ works: true });
    expect(wasm.milliseconds).toBeGreaterThan(0);
  });

  it('leaves nothing on standard output but its answer, and nothing on standard error', () => {
    for (const name of ['cpu', 'wasm', 'tensorflow']) {
      const { stdout, stderr } = spawnSync(process.execPath, [runner, child, name], { encoding: 'utf8' });
      expect([name, stderr]).toEqual([name, '']);
      expect(stdout.trim().split('\n')).toHaveLength(1);
    }
  });

  const noGpu = spawnSync('nvidia-smi', ['-L'], { encoding: 'utf8' }).status !== 0;
  it.runIf(noGpu)('says why a GPU that is not there does not work, and what to do', async () => {
    const error = await useDevice('tensorflow-gpu').then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(AblateError);
    expect((error as AblateError).message).toBe(
      'The device "tensorflow-gpu" does not work here: no NVIDIA GPU with its driver was found.\n  Use --device tensorflow, or install the NVIDIA driver',
    );
    expect(await probe('tensorflow-gpu')).toEqual({
      name: 'tensorflow-gpu',
      works: false,
      description: undefined,
      version: undefined,
      milliseconds: undefined,
      reason: 'no NVIDIA GPU with its driver was found',
      remedy: 'Use --device tensorflow, or install the NVIDIA driver',
    });
  });
});

const withoutDriver = (program: string) => {
  const { VK_ICD_FILENAMES: _, ...env } = process.env;
  return spawnSync(process.execPath, ['--import', register, '--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { ...env, VK_DRIVER_FILES: '/nowhere.json' },
  });
};

await describeOn('webgpu', 'webgpu', () => {
  it('computes where it says, and trains to the loss that is right', async () => {
    const device = await useDevice('webgpu');
    expect(device).toMatchObject({ name: 'webgpu', threads: 1 });
    expect(device.description).toMatch(/^WebGPU on \S/);
    expect(tf.getBackend()).toBe('webgpu');
    expect(await tinyTraining()).toBeGreaterThan(0);
  }, 120_000);

  it('transposes integers, and turns integers to floats in their bits', async () => {
    await useDevice('webgpu');
    const numbers = [16777216, -16777216, 12345678, 0, 65536, -1];
    const [matrix, cast] = tf.tidy(() => [
      tf.transpose(tf.tensor2d(numbers, [2, 3], 'int32')),
      tf.transpose(tf.cast(tf.tensor2d([1, 2, 3, -4], [2, 2], 'int32'), 'float32')),
    ]) as [tf.Tensor, tf.Tensor];
    expect([...(await matrix.data())]).toEqual([0, 3, 1, 4, 2, 5].map((index) => numbers[index]));
    expect([...(await cast.data())]).toEqual([1, 3, 2, -4]);
    tf.dispose([matrix, cast]);
  });

  it('ends the process with the error of a command that the GPU refuses, and ends by itself without one', () => {
    const program = (rest: string): string => `
      import { useDevice } from ${JSON.stringify(new URL('./devices.ts', import.meta.url).href)};
      import * as tf from '@tensorflow/tfjs';
      await useDevice('webgpu');
      ${rest}
      console.log(await tf.add(1, 2).data());`;
    const run = (rest: string) =>
      spawnSync(process.execPath, ['--import', register, '--input-type=module', '-e', program(rest)], {
        encoding: 'utf8',
      });
    expect(run('')).toMatchObject({ status: 0, stderr: '' });
    const { status, stderr } = run("tf.backend().device.createShaderModule({ code: 'nonsense' });");
    expect(status).toBe(1);
    expect(stderr).toContain('WebGPU refused a command');
  }, 120_000);

  it('says what is missing where there is no driver, and is passed over by auto where the processor imitates the GPU', () => {
    const { stdout } = withoutDriver(`
      import { useDevice } from ${JSON.stringify(new URL('./devices.ts', import.meta.url).href)};
      console.log(await useDevice('webgpu').then(() => 'works', ({ message }) => message));`);
    expect(stdout).toMatch(
      /"webgpu" does not work here: WebGPU finds no GPU with a Vulkan, Metal or Direct3D 12 driver\.\n {2}Install a Vulkan driver/,
    );
    const refused = spawnSync(
      process.execPath,
      [
        '--import',
        register,
        '--input-type=module',
        '-e',
        `
      import { startWebgpu } from ${JSON.stringify(new URL('./webgpu/start-webgpu.ts', import.meta.url).href)};
      console.log(await startWebgpu({ software: false }).then(({ gpu }) => gpu, ({ message }) => message));`,
      ],
      { encoding: 'utf8' },
    );
    expect(refused.stdout.trim()).toMatch(/^(true|WebGPU finds only .*, a GPU imitated on the processor)$/);
  }, 120_000);
});
