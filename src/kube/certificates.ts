import { X509Certificate } from 'node:crypto';
import { connect, type PeerCertificate } from 'node:tls';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';

/** End of validity (epoch ms) of the first certificate in a PEM text; null when it is not one. */
export function certificateExpiry(pem: string | null): number | null {
  if (pem === null) return null;
  try {
    return time(new X509Certificate(pem).validTo);
  } catch {
    return null;
  }
}

export function peerExpiry(certificate: PeerCertificate | undefined): number | null {
  return certificate?.valid_to === undefined ? null : time(certificate.valid_to);
}

function time(text: string): number | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

export interface Inspected {
  readonly expires: number | null;
  /** Whose certificate it is, who signed it and until when: for the sentence about a TLS failure. */
  readonly summary: Safe;
}

/**
 * Looks at the certificate that a server shows, after verification failed: a handshake that sends nothing else, so
 * that the message can say whose it is. Null when no certificate could be seen within `timeLimitMs`.
 */
export function inspectCertificate(
  server: string,
  servername: string | undefined,
  timeLimitMs = 2_000,
): Promise<Inspected | null> {
  const url = new URL(server);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return new Promise(resolve => {
    const name = servername ?? (/^[\d.]+$|:/.test(host) ? undefined : host);
    const socket = connect({
      host,
      port: Number(url.port || 443),
      rejectUnauthorized: false,
      ...(name === undefined ? {} : { servername: name }),
    });
    const end = (found: Inspected | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(found);
    };
    const timer = setTimeout(() => end(null), timeLimitMs);
    socket.on('error', () => end(null));
    socket.on('secureConnect', () => {
      const peer = socket.getPeerCertificate();
      const expires = peerExpiry(peer);
      end({ expires, summary: describe(peer, expires) });
    });
  });
}

function describe(peer: PeerCertificate, expires: number | null): Safe {
  const until = expires === null ? say`` : say`, valid until ${field(new Date(expires).toISOString())}`;
  return say`subject ${commonName(peer.subject)}, issuer ${commonName(peer.issuer)}${until}`;
}

function commonName(name: Partial<PeerCertificate['subject']> | undefined): Safe {
  const raw: unknown = name?.CN ?? name?.O;
  return typeof raw === 'string' && raw !== '' ? field(raw.slice(0, 200)) : say`(without a name)`;
}
