import type { ProbeOutcome } from '../cluster/probe-results.ts';
import { field } from '../text/field.ts';
import { join, type Safe, say } from '../text/safe.ts';

export interface Lookup {
  readonly outcome: ProbeOutcome;
  readonly addresses: readonly Safe[];
  /** What a nameserver said instead: NXDOMAIN, SERVFAIL, REFUSED, no answer. */
  readonly code: Safe | null;
  readonly said: Safe;
}

const DENIED = /^\*\*\*? (?:server can't find|Can't find) .{1,300}?: ?([A-Z]{4,12}|No answer)\s*$/;
/** The words of old versions, which leave it to the C library to say why. */
const OLD = /^nslookup: can't resolve '.{0,300}'(?:: (.{1,100}))?$/;

/**
 * Reads what busybox's nslookup printed. A name is found when an address stands after the line with the name, whatever
 * the exit code: an old version ends with 1 when only IPv6 was missing, and the first address is that of the nameserver.
 */
export function readLookup(output: string): Lookup {
  const addresses: Safe[] = [];
  let named = false;
  let code: Safe | null = null;
  let refused = false;
  let silent: Safe | null = null;
  for (const line of output.split(/\r?\n/)) {
    if (/^Name:\s*\S/.test(line)) named = true;
    const address = /^Address(?: \d{1,2})?:\s*([0-9A-Fa-f:.]{2,45})(?:\s|$)/.exec(line)?.[1];
    if (named && address !== undefined) addresses.push(field(address));
    code ??= denialIn(line);
    refused ||= /: Connection refused$/.test(line);
    silent ??= silenceIn(line);
  }
  if (addresses.length > 0)
    return { outcome: 'answered', addresses, code: null, said: join(addresses.slice(0, 4), ' ') };
  if (code !== null) return { outcome: 'denied', addresses, code, said: code };
  if (refused) return { outcome: 'refused', addresses, code, said: say`connection refused` };
  if (silent !== null) return { outcome: 'silent', addresses, code, said: silent };
  const last = output.trim().split('\n').at(-1) ?? '';
  return { outcome: 'unread', addresses, code, said: field(last.slice(0, 200)) };
}

function denialIn(line: string): Safe | null {
  const denied = DENIED.exec(line)?.[1];
  if (denied !== undefined) return denied === 'No answer' ? say`no answer` : field(denied);
  const old = OLD.exec(line);
  if (old === null || /try again|temporary failure/i.test(old[1] ?? '')) return null;
  return old[1] === undefined ? say`not resolved` : field(old[1]);
}

function silenceIn(line: string): Safe | null {
  if (/^;; connection timed out/.test(line) || /: (?:Try again|Temporary failure)/i.test(line))
    return say`no reply within 5 s`;
  return /: (?:Network is unreachable|No route to host|Host is unreachable)$/.test(line)
    ? field(line.slice(line.lastIndexOf(': ') + 2))
    : null;
}
