// Preloaded into a run with `node --import`: after so many readings as ABLATE_TEST_CLOCK_BACK says, the wall clock
// stands a day earlier, as it does where a machine's clock is set while it runs.
const day = 86_400_000;
const { now } = Date;
let left = Number(process.env.ABLATE_TEST_CLOCK_BACK);

Date.now = () => (left-- > 0 ? now() : now() - day);
