import { stringify } from 'yaml';

/** One object as it is applied, with a remark that stands above it. */
export interface Document {
  readonly remark?: string;
  readonly object: unknown;
}

/** Objects as one YAML text for `kubectl apply -f -`; the head tells a reader what it is and how to use it. */
export function documentsText(head: string, documents: readonly Document[]): string {
  const parts = documents.map(
    ({ remark, object }) =>
      `---\n${remark === undefined ? '' : comment(remark)}${stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })}`,
  );
  return `${comment(head)}${parts.join('')}`;
}

function comment(text: string): string {
  return text
    .split('\n')
    .map(line => `${`# ${line}`.trimEnd()}\n`)
    .join('');
}
