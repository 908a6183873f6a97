/** The framework's version, which plugins' `framework` ranges are held against; equals package.json's. */
export const frameworkVersion = '0.1.0';
