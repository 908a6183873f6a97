import { pythonEnvironment } from './python-environment.ts';

/** Python with the PyTorch that suites measure against. */
export const pytorch = (): string => pythonEnvironment('pytorch', ['torch'], ['torch==2.13.0']);
