import { fileShape } from './file-shape.ts';

/** The configuration as JSON Schema, for editors; made of the same rules that read the file. */
export function configSchema(): Readonly<Record<string, unknown>> {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'groundup configuration',
    ...fileShape.schema,
  };
}
