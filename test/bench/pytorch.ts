import { pythonEnvironment } from './python-environment.ts';

/** Python with the PyTorch that suites measure against; without NumPy it warns at each start. */
export const pytorch = (): string => pythonEnvironment('pytorch', ['torch', 'numpy'], ['torch==2.13.0', 'numpy']);
