import { packageFolder, readManifest } from './package-folder.ts';
import type { Project } from './project.ts';

/**
 * Lists what a project names as plugins: what it lists, and those of its own dependencies that are made for Ablate, as
 * their package.json says. Runs nothing.
 */
export function namedPlugins(project: Project | undefined): string[] {
  if (!project) return [];
  const madeForAblate = (name: string): boolean => {
    const folder = packageFolder(name, project.directory);
    return folder !== undefined && readManifest(folder)?.peerDependencies?.['ablate-ml'] !== undefined;
  };
  return [...new Set([...project.plugins, ...project.dependencies.filter(madeForAblate)])];
}
