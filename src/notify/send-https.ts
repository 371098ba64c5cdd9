import { lookup as resolveName } from 'node:dns';
import { request } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';

export type Sent = { readonly ok: true } | { readonly ok: false; readonly why: Safe };

export interface SendOptions {
  readonly deadlineMs?: number;
  /** For tests: a certificate authority, and a server on this machine. */
  readonly ca?: string;
  readonly mayReach?: (address: string) => boolean;
}

const DEADLINE_MS = 5_000;
const BODY_CAP = 16_384;
/** More of an answer is not read. */
const ANSWER_CAP = 65_536;

/**
 * Sends one message, or without a body one sign of life. https only; redirects are not followed; addresses that only this
 * machine or its cloud's metadata service has are refused after resolution. The address is a secret: no reason names more
 * of it than the host.
 */
export function sendHttps(
  address: string,
  body: unknown | undefined,
  options: SendOptions = {},
): Promise<Sent> {
  const url = URL.canParse(address) ? new URL(address) : null;
  const text = body === undefined ? undefined : JSON.stringify(body);
  if (url?.protocol !== 'https:') return Promise.resolve(refuse(say`only https:// addresses are used`));
  const host = field(url.hostname);
  const mayReach = options.mayReach ?? isElsewhere;
  if (isIP(bare(url.hostname)) !== 0 && !mayReach(bare(url.hostname)))
    return Promise.resolve(refuse(say`${host} is an address of this machine or of its link`));
  if (text !== undefined && text.length > BODY_CAP)
    return Promise.resolve(refuse(say`the message is too large`));
  return exchange(url, text, guarded(mayReach), options).then(sent =>
    sent.ok ? sent : refuse(say`${host}: ${sent.why}`),
  );
}

function exchange(
  url: URL,
  text: string | undefined,
  lookup: LookupFunction,
  { deadlineMs = DEADLINE_MS, ca }: SendOptions,
): Promise<Sent> {
  return new Promise(done => {
    const outgoing = request(
      url,
      {
        method: text === undefined ? 'GET' : 'POST',
        agent: false,
        lookup,
        signal: AbortSignal.timeout(deadlineMs),
        headers: {
          'user-agent': 'groundup',
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        },
        ...(ca === undefined ? {} : { ca }),
      },
      response => {
        const { statusCode = 0 } = response;
        let size = 0;
        response.on('data', chunk => {
          size += chunk.length;
          if (size > ANSWER_CAP) outgoing.destroy();
        });
        response.on('error', () => undefined);
        response.resume();
        done(answerOf(statusCode));
        response.on('end', () => outgoing.destroy());
      },
    );
    outgoing.on('error', error => done(refuse(reasonOf(error))));
    outgoing.end(text);
  });
}

function answerOf(status: number): Sent {
  if (status >= 200 && status < 300) return { ok: true };
  if (status >= 300 && status < 400) return refuse(say`it redirects elsewhere, which is not followed`);
  return refuse(say`it answers ${status}`);
}

function reasonOf(error: Error): Safe {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return say`no answer in time`;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? say`the connection failed` : say`the connection failed (${field(code)})`;
}

function refuse(why: Safe): Sent {
  return { ok: false, why };
}

/** Resolves as usual, and fails for addresses that may not be reached: what was checked is what is connected to. */
function guarded(mayReach: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolveName(hostname, { ...options, all: true }, (error, found) => {
      const allowed = (found ?? []).filter(one => mayReach(one.address));
      const [first] = allowed;
      if (error !== null) return callback(error, '', 0);
      if (first === undefined)
        return callback(Object.assign(new Error('refused'), { code: 'REFUSED' }), '', 0);
      if (options.all === true) return callback(null, allowed);
      callback(null, first.address, first.family);
    });
  };
}

const near = new BlockList();
near.addSubnet('127.0.0.0', 8, 'ipv4');
near.addSubnet('0.0.0.0', 8, 'ipv4');
near.addSubnet('169.254.0.0', 16, 'ipv4');
near.addSubnet('224.0.0.0', 3, 'ipv4');
near.addAddress('::1', 'ipv6');
near.addAddress('::', 'ipv6');
near.addSubnet('fe80::', 10, 'ipv6');
near.addSubnet('ff00::', 8, 'ipv6');
/** The metadata service of a large cloud. */
near.addAddress('fd00:ec2::254', 'ipv6');
/** IPv4 in the clothes of IPv6. */
near.addSubnet('::ffff:127.0.0.0', 104, 'ipv6');
near.addSubnet('::ffff:169.254.0.0', 112, 'ipv6');
near.addSubnet('::ffff:0.0.0.0', 104, 'ipv6');

/** False for loopback, link-local, multicast and metadata addresses. Private networks are fine: homes are such. */
export function isElsewhere(address: string): boolean {
  return !near.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
