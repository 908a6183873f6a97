declare module 'jstat' {
  const jstat: {
    jStat: {
      studentt: { inv(probability: number, degreesOfFreedom: number): number };
      normal: {
        cdf(x: number, mean: number, deviation: number): number;
        inv(probability: number, mean: number, deviation: number): number;
      };
      ibeta(x: number, a: number, b: number): number;
    };
  };
  export default jstat;
}
