import type { Model } from '../store/app-state.ts';
import { pictureOf } from '../store/picture.ts';
import { lineText } from './encode.ts';
import { type RecordLine, schemaId } from './record.ts';

/** A single look as a whole watch: its begin, what was seen, its end. */
export function lookLines(model: Model, by: string, redact: (raw: string) => string): string {
  const { at, cluster } = model.diagnosis;
  const lines: readonly RecordLine[] = [
    { record: 'begin', schema: schemaId, at, by, cluster },
    { record: 'key', at, picture: pictureOf(model) },
    { record: 'end', at },
  ];
  return lines.map(line => lineText(line, redact)).join('');
}
