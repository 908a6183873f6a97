// The end of `npm start`: what there is to look at, and what to try next.
process.stdout.write(`
Next:
  npx ablate report runs/quickstart --open                      look at the runs on one page
  npx ablate run experiments/third-party/by-path.yaml           train with a loss of your own, by its path
  npx ablate init products my-project                           begin a project with your own images
`);
