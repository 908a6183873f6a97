import type { Parameter } from '../../contracts/parameter.ts';

/** Parameters under their component's name: `kernel` of `backbone` becomes `backbone/kernel`. */
export function qualified(component: string, parameters: readonly Parameter[]): Parameter[] {
  return parameters.map((parameter) => ({ ...parameter, name: `${component}/${parameter.name}` }));
}
