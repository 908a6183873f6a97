import type { AnyManifest } from 'ablate-ml/testing';
import type { DeviceName } from '../../../framework/devices/devices.ts';
import type { Kind } from '../../../framework/contracts/plugin.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';

/** Kinds whose plugins compute with tensors. */
export const computingKinds = ['loss', 'head', 'optimizer', 'backbone', 'evaluator'] as const satisfies readonly Kind[];

/** A plugin with the options that it is checked with on every device. */
export interface PluginSubject {
  readonly kind: (typeof computingKinds)[number];
  readonly manifest: AnyManifest;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The smallest nets: a device without parallel processors takes minutes for the defaults. */
const small: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'bn-inception': { divide: 16 },
  'conv-4': { channels: 8 },
  convnext: { size: { depths: [1, 1, 1, 1], widths: [8, 8, 12, 12] } },
  efficientnet: { model: { channels: 0.1, depth: 0.5, lite: false, head: 16 } },
  iresnet: { layers: 18 },
  'lenet-plus-plus': { convolutionsPerStage: 1 },
  mlp: { hidden: [32] },
  'mobilenet-v3': { size: 'small', width: 0.25 },
  sphereface: { layers: 4 },
  vit: { size: { width: 24, depth: 1, heads: 3, mlp: 48 } },
};

/**
 * Nets that even so take minutes where the processor imitates a GPU or computes in JavaScript; their layers are checked
 * there by the kernels' own test.
 */
const large: readonly string[] = [
  'bn-inception',
  'efficientnet',
  'iresnet',
  'mobile-facenet',
  'mobilenet-v3',
  'resnet',
  'sphereface',
];

/** Every built-in plugin that computes. */
export async function pluginSubjects(): Promise<PluginSubject[]> {
  const catalogue = await createCatalogue();
  const found: PluginSubject[] = [];
  for (const kind of computingKinds) {
    for (const { manifest } of await catalogue.builtIn(kind))
      found.push({ kind, manifest, options: (kind === 'backbone' && small[manifest.name]) || {} });
  }
  return found;
}

/** Why a plugin is not checked on a device though it would work, or undefined. */
export function exemption({ kind, manifest }: PluginSubject, device: DeviceName): string | undefined {
  if (kind === 'backbone' && manifest.name === 'layers-model')
    return "it needs a model's file, which its own tests make";
  if (kind === 'backbone' && device !== 'tensorflow' && device !== 'wasm' && large.includes(manifest.name))
    return 'too slow without a GPU';
  return undefined;
}
