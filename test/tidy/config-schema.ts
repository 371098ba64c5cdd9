import { writeFileSync } from 'node:fs';
import { configSchema } from '../../src/config/json-schema.ts';

/** `node test/tidy/config-schema.ts` writes the schema of the configuration; a test holds that it was done. */
const file = new URL('../../src/config/config.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(configSchema(), null, 2)}\n`);
