import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A plugin's folder. */
export interface PluginFolder {
  /** `losses/center`. */
  readonly title: string;
  /** Folder of its kind. */
  readonly plural: string;
  readonly id: string;
  readonly directory: string;
}

const plugins = path.join(root, 'plugins');
const folders = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

/** Every plugin folder that holds anything. */
export const pluginFolders: readonly PluginFolder[] = folders(plugins).flatMap((plural) =>
  folders(path.join(plugins, plural))
    .map((id) => ({ title: `${plural}/${id}`, plural, id, directory: path.join(plugins, plural, id) }))
    .filter(({ directory }) => readdirSync(directory).length > 0),
);
