import { registerHooks } from '../../plugins/register-hooks.ts';

/** How images are embedded; what is left out is as `ablate embed` has it. */
export interface EmbedSettings {
  /** A checkpoint's file; the run's newest, or its best by `train.use`, where it is left out. */
  readonly checkpoint?: string;
  /** A CSV file of the parts of the images that count. */
  readonly boxes?: string;
  /** An evaluator of the run, whose `after` each embedding goes through, as it was fitted then. */
  readonly after?: string;
  /** Leaves images out that cannot be decoded, and warns of each, instead of stopping. */
  readonly skipBroken?: boolean;
  /** `tensorflow-gpu`, `tensorflow`, `webgpu`, `wasm`, `cpu` or `auto`, instead of the run's own. */
  readonly device?: string;
  /** Runs plugins that the run names and the project of the working folder does not list. */
  readonly trust?: boolean;
  /** Hears what is worth knowing and stops nothing. */
  readonly onWarning?: (message: string) => void;
}

/** Images as a network has them. */
export interface EmbeddedImages {
  /** Row-major `[images, dim]`. */
  readonly embedding: Float32Array;
  readonly dim: number;
  /** Class of each image, an index into `classNames`: its folder, or what the run's own `class` finds in its name. */
  readonly label: Int32Array;
  readonly classNames: readonly string[];
  /** File of each image, below the folder; `images[0]` and so on of those in memory. */
  readonly names: readonly string[];
  /** Training steps of the checkpoint. */
  readonly step: number;
}

/**
 * Embeds images by a run's backbone, prepared as the run's own were; the run's data are not needed.
 *
 * @param run the run's folder
 * @param images a folder or zip file of images, or image files in memory (JPEG, PNG, …), which failures call `images[0]`
 *   and so on
 * @throws AblateError where the folder holds no run, or an image cannot be decoded
 */
export async function embed(
  run: string,
  images: string | readonly Uint8Array[],
  settings: EmbedSettings = {},
): Promise<EmbeddedImages> {
  const { checkpoint, boxes, after, skipBroken, device, trust, onWarning = () => undefined } = settings;
  await registerHooks();
  const [{ useDevice }, { deviceOf }, { createCatalogue }, { oneRun }, { readRun }, sources] = await Promise.all([
    import('../../devices/devices.ts'),
    import('../../devices/device-of.ts'),
    import('../../plugins/load-catalogue.ts'),
    import('../../runs/plan/one-run.ts'),
    import('../../runs/evaluate/read-run.ts'),
    import('../../runs/evaluate/embedding-sources.ts'),
  ]);
  const past = await readRun(await oneRun(run));
  await useDevice(deviceOf(device ?? past.spec.device), { threads: past.spec.threads });
  const task = {
    catalogue: await createCatalogue({ trust }),
    images,
    boxes,
    after,
    broken: skipBroken ? 'skip' : 'fatal',
    onImages: () => undefined,
    warn: onWarning,
    ...(checkpoint !== undefined && { checkpoint }),
  } as const;
  return sources.embeddingsOfImages(past, task, async (content, step) => {
    const { values, dim } = await sources.collectedRows(content);
    const { count, labels, classNames, name } = content;
    return {
      embedding: values,
      dim,
      label: labels,
      classNames,
      names: Array.from({ length: count }, (_, row) => name(row)),
      step,
    };
  });
}
