// Writes the public API as it stands: npm run api
import { writeFile } from 'node:fs/promises';
import { apiReport } from './api-report.ts';

await writeFile(new URL('./ablate-ml.api.txt', import.meta.url), apiReport());
