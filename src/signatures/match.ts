import type { Safe } from '../text/safe.ts';
import type { Signature, SignatureSource } from './signature.ts';
import { signatures } from './table.ts';

/** A known failure text found in a message. Captures are in the order of the expression; null when absent. */
export interface Match {
  readonly id: string;
  readonly signature: Signature;
  readonly captures: readonly (Safe | null)[];
}

/** Longer messages say what is wrong in their first part; the cap keeps the worst case small. */
const TEXT_CAP = 4_096;
/** Messages repeat from one judgement to the next, so answers are kept; all are forgotten when full. */
const CACHE_CAP = 4_096;

/** What the key says better than the value: with `S20` found, `S21` adds nothing. */
const outranks: Readonly<Record<string, readonly string[]>> = {
  S20: ['S21'],
  S22: ['S21'],
  S28: ['S21'],
  S29: ['S21'],
  S30: ['S21'],
  S24: ['S35', 'S02'],
  S35: ['S02'],
  S64: ['S58'],
  S82: ['S05', 'S51'],
};
/** Say where it failed, or that a wait ended: named after those that say why. The last one never stands alone. */
const lastly = ['S61', 'S58', 'S96'];
const FEEBLE = 'S96';
/** Carries the real cause in its tail. */
const CARRIER = 'S61';

const everyOne = [...signatures.values()];
const cache = new Map<SignatureSource, Map<string, readonly Match[]>>();

/**
 * The known failures in one message, the most telling first; empty when none is known. The source decides which
 * are asked: the same words mean different things in a condition, in a log and on the workstation.
 * Line ends arrive as `↵`. Time grows with the length of the text, and no more than its first 4,096 characters count.
 */
export function match(source: SignatureSource, text: Safe): readonly Match[] {
  if (text === '') return [];
  const head = text.slice(0, TEXT_CAP);
  const known = cache.get(source) ?? new Map<string, readonly Match[]>();
  const hit = known.get(head);
  if (hit !== undefined) return hit;
  if (known.size >= CACHE_CAP) known.clear();
  const found = matchAnew(source, head);
  cache.set(source, known.set(head, found));
  return found;
}

/** Whether any known failure stands in a text. Nothing is remembered: for the many lines of a log that are read once. */
export function isKnown(source: SignatureSource, text: Safe): boolean {
  const head = text.slice(0, TEXT_CAP);
  return everyOne.some(one => one.sources.includes(source) && one.expression.test(head));
}

function matchAnew(source: SignatureSource, text: string): readonly Match[] {
  const found = every([source], text);
  const carrier = signatures.get(CARRIER)?.expression.exec(text);
  const carried = found.some(one => one.id === CARRIER) && carrier;
  const inner = carried ? every([source, 'log'], text.slice(carrier.index + carrier[0].length)) : [];
  const all = [...inner, ...found.filter(one => !inner.some(other => other.id === one.id))];
  return ranked(all);
}

function ranked(found: readonly Match[]): readonly Match[] {
  const beaten = new Set(found.flatMap(one => outranks[one.id] ?? []));
  const kept = found.filter(one => !beaten.has(one.id));
  if (kept.every(one => one.id === FEEBLE)) return [];
  return kept.toSorted((a, b) => lastly.indexOf(a.id) - lastly.indexOf(b.id));
}

function every(sources: readonly SignatureSource[], text: string): readonly Match[] {
  const found: Match[] = [];
  for (const signature of signatures.values()) {
    if (!signature.sources.some(source => sources.includes(source))) continue;
    const hit = signature.expression.exec(text);
    if (hit === null) continue;
    // Parts of sanitised text are sanitised: expressions match whole code points.
    const captures = hit.slice(1).map(part => (part as Safe | undefined) ?? null);
    found.push({ id: signature.id, signature, captures });
  }
  return found;
}
