import { refText } from '../cluster/object-ref.ts';
import { say } from '../text/safe.ts';
import type { Change, Place } from './change.ts';

/** The deletion of a Place, as a harm and as an undo; it is sent and not waited for, and what the object owns goes after it. */
export function deletion({ object, path, word, command }: Place): Omit<Change, 'onlyIf'> {
  return {
    title: say`delete ${refText(object)}`,
    method: 'DELETE',
    path,
    contentType: 'application/json',
    body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' },
    command: command('delete', word, '--wait=false'),
  };
}
