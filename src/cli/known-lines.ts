import { type LogLine, MOST_LINES } from '../cluster/log-evidence.ts';
import { isKnown } from '../signatures/match.ts';
import { field } from '../text/field.ts';
import { logLine } from '../text/log-line.ts';
import { lineRedactor, redact } from '../text/redact.ts';
import type { Safe } from '../text/safe.ts';

const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) /;
const FATAL =
  /\[FATAL\]|\blevel="?(?:fatal|panic)|^F\d{4} |"level":"(?:fatal|panic)"|Error during parsing|msg="Start (?:hook )?failed"/;

/**
 * The lines of a log that hold a known failure, newest first: redacted, sanitised, without their time stamps. Lines that
 * differ in numbers only are one line with a count. The rest of the log is not kept.
 */
export function knownLines(log: string, secrets: readonly string[]): readonly LogLine[] {
  const hide = lineRedactor(secrets);
  const kept = new Map<string, LogLine>();
  for (const raw of log.split(/\r?\n/)) {
    const stamp = STAMP.exec(raw);
    const line = hide(stamp === null ? raw : raw.slice(stamp[0].length));
    const message = messageOf(line).replace(/[\r\n]+/g, ' ');
    if (!isKnown('log', clean(message))) continue;
    // What was written in an encoded form shows its secrets only now.
    const text = clean(redact(message, secrets));
    const key = alike(text);
    const count = (kept.get(key)?.count ?? 0) + 1;
    const at = stamp?.[1] === undefined ? null : Date.parse(stamp[1]);
    // Set anew, so that the order is that of the last time it was written.
    kept.delete(key);
    kept.set(key, { text, count, at, isFatal: FATAL.test(line) });
  }
  return [...kept.values()].toReversed().slice(0, MOST_LINES);
}

function clean(raw: string): Safe {
  return logLine(raw, { plain: true })[0] ?? field(raw);
}

/** Ports, addresses, counters and ids change from one time to the next. */
function alike(text: Safe): string {
  return text.replace(/[0-9a-f]{8,64}|\d+/gi, '#');
}

/** Controllers write JSON: its message and error, with the object that they are about, are what a person reads. */
function messageOf(line: string): string {
  if (!line.startsWith('{')) return line.replace(/^time=(?:"[^"]{0,64}"|[^\s"]{1,64}) /, '');
  try {
    const { msg, error, controllerKind, namespace, name } = JSON.parse(line) as Record<string, unknown>;
    const about = [controllerKind, name].every(isText) ? `${controllerKind} ${namespace}/${name}` : undefined;
    const parts = [about, msg, error].filter(isText);
    return parts.length === 0 ? line : parts.join(': ');
  } catch {
    return line;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
