import type { ObjectRef } from '../../cluster/object-ref.ts';
import type { Safe } from '../../text/safe.ts';

/** One line of what is known of an object. */
export interface Fact {
  readonly text: Safe;
  readonly tone: 'plain' | 'dim' | 'strong' | 'ok' | 'warn' | 'bad' | 'unknown';
  readonly indent: number;
  /** Follows the text in a calmer tone. */
  readonly note?: Safe;
  /** Cluster time (epoch ms) that the age at the end is counted from. */
  readonly since?: number | null;
  /** An object that Enter goes to. */
  readonly link?: ObjectRef;
}

export function fact(
  text: Safe,
  tone: Fact['tone'] = 'plain',
  indent = 0,
  more: Pick<Fact, 'note' | 'since' | 'link'> = {},
): Fact {
  return { text, tone, indent, ...more };
}
