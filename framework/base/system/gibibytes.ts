/** Writes a number of bytes for people: `1.50 GiB`. */
export const gibibytes = (bytes: number, digits = 2): string => `${(bytes / 2 ** 30).toFixed(digits)} GiB`;
