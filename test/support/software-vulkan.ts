import { existsSync } from 'node:fs';

/** Debian's Chromium carries SwiftShader, a Vulkan device that computes on the processor. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * The environment in which WebGPU finds a device on a machine without a GPU; empty where one is named already or
 * Chromium is not there.
 */
export function softwareVulkan(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return env['VK_ICD_FILENAMES'] || env['VK_DRIVER_FILES'] || !existsSync(swiftShader)
    ? {}
    : { VK_ICD_FILENAMES: swiftShader };
}
