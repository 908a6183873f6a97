// Writes docs/reference/cli.md: npm run docs
import { writeFileSync } from 'node:fs';
import { cliReference } from '../../framework/app/cli/cli-reference.ts';
import { commandsOf } from '../../framework/app/cli/command-line.ts';

writeFileSync(new URL('../../docs/reference/cli.md', import.meta.url), cliReference(await commandsOf()));
