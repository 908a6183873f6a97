// Preloaded by `npm run test:faults`: every fault, where `npm test` does a few.
process.env.ABLATE_FAULTS = 'full';
