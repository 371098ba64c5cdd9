import type { StreamReason } from '../cluster/snapshot.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { type Failure, failure } from './failure.ts';

/** Who was called, for the sentence. */
export interface Target {
  readonly server: Safe;
  /** `host:port` of the server. */
  readonly address: Safe;
  readonly proxy: Safe | null;
}

/** Puts an error of the network into words. `deadline` is true when our own time limit ended the request. */
export function networkFailure(error: unknown, target: Target, deadline: boolean): Failure {
  const code = codeOf(error);
  const reason = deadline ? 'timeout' : reasonOf(code);
  const through = target.proxy === null ? say`` : say` (through the proxy ${target.proxy})`;
  return failure(reason, say`${sentence(reason, code, error, target)}${through}`);
}

const REASONS: Readonly<Record<string, StreamReason>> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EAI_NODATA: 'dns',
  EAI_NONAME: 'dns',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'parse',
};

function reasonOf(code: string): StreamReason {
  const known = REASONS[code];
  if (known !== undefined) return known;
  if (isTlsCode(code)) return 'tls';
  if (code.startsWith('HPE_') || code === 'HTTPParserError') return 'parse';
  return 'closed';
}

const TLS_CODES = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'HOSTNAME_MISMATCH',
  'EPROTO',
]);

export function isTlsCode(code: string): boolean {
  return TLS_CODES.has(code) || /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|UNABLE_TO_)/.test(code);
}

function sentence(reason: StreamReason, code: string, error: unknown, target: Target): Safe {
  const { address, server } = target;
  switch (reason) {
    case 'refused':
      return say`${address} refuses connections: the API server does not run there, or no machine holds that address now. Check the API server, and the virtual IP or load balancer in front of it.`;
    case 'unreachable':
      return say`There is no route to ${address} (${field(code)}). Check this machine's network and VPN.`;
    case 'dns':
      return say`The name in ${server} cannot be resolved (${field(code)}). Check the DNS of this machine, or the server address in the kubeconfig.`;
    case 'timeout':
      return code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT'
        ? say`${address} does not answer to a connection. Check that the machine is up and that no firewall or VPN stands between.`
        : say`${address} accepts connections but does not answer in time: the API server hangs or is overloaded. Look at it and at etcd on the control-plane machine.`;
    case 'tls':
      return tlsSentence(code, error, address);
    case 'parse':
      return say`${address} answers, but not as an HTTP server should (${field(code)}). Check the server address and port in the kubeconfig.`;
    default:
      return say`${address} closed the connection (${field(code || 'no reason given')}). It is restarting, or a load balancer cuts connections.`;
  }
}

function tlsSentence(code: string, error: unknown, address: Safe): Safe {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return say`The certificate of ${address} has expired. Renew it on the control plane (kubeadm certs renew, or restart k3s or Talos), and check this machine's clock.`;
    case 'CERT_NOT_YET_VALID':
      return say`The certificate of ${address} is not valid yet. Check the clock of this machine and of the server.`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return say`The certificate of ${address} is for other names: ${altNames(error)}. Use one of them as server, or set tls-server-name in the kubeconfig.`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_SIGNATURE_FAILURE':
      return say`The certificate of ${address} is signed by an authority that the kubeconfig does not know: another cluster answers there, or the cluster was rebuilt. Fetch a new kubeconfig.`;
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'EPROTO':
      return say`${address} does not speak TLS. Check the server address and port in the kubeconfig.`;
    default:
      return code.includes('ALERT')
        ? say`${address} refuses the client certificate (${field(code)}). Fetch a new kubeconfig.`
        : say`TLS with ${address} fails (${field(code)}). Check certificates and the kubeconfig.`;
  }
}

function altNames(error: unknown): Safe {
  const cert = error instanceof Error && 'cert' in error ? error.cert : undefined;
  const names =
    typeof cert === 'object' && cert !== null && 'subjectaltname' in cert ? cert.subjectaltname : undefined;
  return typeof names === 'string' && names !== '' ? field(names.slice(0, 300)) : say`none that fits`;
}

/** The code of an error or of its cause; the first one inside when several addresses were tried. */
export function codeOf(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; depth++) {
    if ('code' in at && typeof at.code === 'string' && at.code !== 'UND_ERR_SOCKET') return at.code;
    const inner: unknown = at instanceof AggregateError ? at.errors[0] : at.cause;
    if (inner === undefined) return 'code' in at && typeof at.code === 'string' ? at.code : at.name;
    at = inner;
  }
  return '';
}
