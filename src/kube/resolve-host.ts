import { type LookupAddress, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/**
 * Name resolution for the API server's host that survives the DNS it may be here to repair: bounded in time, and the
 * last good answer is used again when a later one fails. The certificate is still checked against the name.
 */
export function rememberingLookup(timeLimitMs = 2_000, ask: typeof lookup = lookup): LookupFunction {
  const known = new Map<string, LookupAddress[]>();
  return (hostname, options, callback) => {
    let done = false;
    const answer = (error: NodeJS.ErrnoException | null, found: LookupAddress[]): void => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      const addresses = found.length > 0 ? found : (known.get(hostname) ?? []);
      const first = addresses[0];
      if (first === undefined) callback(error ?? notFound(hostname), '', 0);
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    };
    const timer = setTimeout(() => answer(notFound(hostname), []), timeLimitMs);
    ask(hostname, { ...options, all: true }, (error, addresses) => {
      if (!error && addresses.length > 0) known.set(hostname, addresses);
      answer(error, error ? [] : addresses);
    });
  };
}

function notFound(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`no address for ${hostname}`), { code: 'EAI_AGAIN' });
}
