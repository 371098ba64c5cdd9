import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { buildConnector as BuildConnector, Dispatcher } from 'undici';
import { field } from '../text/field.ts';
import { say } from '../text/safe.ts';
import { peerExpiry } from './certificates.ts';
import { type Credential, readMaterial } from './credentials.ts';
import { detourConnector } from './detour-connector.ts';
import { type Failure, failure } from './failure.ts';
import type { ResolvedKubeconfig } from './kubeconfig.ts';
import { clientConfig } from './provider-auth.ts';
import { rememberingLookup } from './resolve-host.ts';

export interface ConnectionOptions {
  readonly resolved: ResolvedKubeconfig;
  readonly credential: Credential;
  readonly proxy: string | null;
  readonly connectTimeoutMs: number;
  readonly onServerCertificate: (expires: number) => void;
}

type Connector = BuildConnector.connector;

/**
 * The pool of connections to one API server: HTTP/1.1, because a dead HTTP/2 connection goes unnoticed while TCP
 * keepalive ends a dead HTTP/1.1 one in about 15 s, and one pool, because each handshake costs milliseconds.
 */
export async function openConnection(
  options: ConnectionOptions,
): Promise<{ ok: true; dispatcher: Dispatcher } | Failure> {
  const { resolved, credential, proxy, connectTimeoutMs } = options;
  const { cluster } = resolved;
  const tls = await secureOptions(options);
  if (!tls.ok) return tls;
  const { Agent, ProxyAgent, buildConnector } = await import('./undici.ts');
  const pool = {
    allowH2: false,
    pipelining: 1,
    headersTimeout: 15_000,
    bodyTimeout: 120_000,
    keepAliveTimeout: 30_000,
  } as const;
  const connect = {
    ...tls.value,
    allowH2: false,
    timeout: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelay: 5_000,
  };
  if (proxy !== null && !URL.canParse(proxy))
    return failure(
      'unreachable',
      say`The address of the proxy is not a URL. Correct proxy-url in the kubeconfig, or HTTPS_PROXY.`,
    );
  if (proxy?.startsWith('socks')) return await socksConnection(resolved, credential);
  if (proxy !== null)
    return {
      ok: true,
      dispatcher: new ProxyAgent({
        ...pool,
        uri: proxy,
        requestTls: connect,
        connectTimeout: connectTimeoutMs,
        proxyTunnel: cluster.server.startsWith('https:'),
      }),
    };
  const direct = buildConnector({ ...connect, lookup: rememberingLookup() });
  const base = cluster.detour === undefined ? direct : detourConnector(cluster.detour.port, direct);
  return { ok: true, dispatcher: new Agent({ ...pool, connect: watchCertificate(base, options) }) };
}

/** Reports the end of the server certificate's validity on each new connection. */
function watchCertificate(base: Connector, { onServerCertificate }: ConnectionOptions): Connector {
  return (ask, callback) =>
    base(ask, (...result: Parameters<typeof callback>) => {
      const [, socket] = result;
      // A resumed session does not carry the certificate again.
      const expires = socket instanceof TLSSocket ? peerExpiry(socket.getPeerCertificate()) : null;
      if (expires !== null) onServerCertificate(expires);
      callback(...result);
    });
}

interface TlsOptions {
  readonly secureContext?: SecureContext;
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
}

async function secureOptions(
  options: ConnectionOptions,
): Promise<{ readonly ok: true; readonly value: TlsOptions } | Failure> {
  const { cluster } = options.resolved;
  const { certificate, key } = options.credential;
  if (!cluster.server.startsWith('https:')) return { ok: true, value: {} };
  try {
    const authority = await readMaterial(cluster.authority);
    const secureContext = createSecureContext({
      ...(authority === null ? {} : { ca: authority }),
      ...(certificate === null || key === null ? {} : { cert: certificate, key }),
    });
    return {
      ok: true,
      value: {
        secureContext,
        rejectUnauthorized: !cluster.insecure,
        ...(cluster.tlsServerName === undefined ? {} : { servername: cluster.tlsServerName }),
      },
    };
  } catch (error) {
    const said = field(error instanceof Error ? error.message.slice(0, 200) : '');
    return failure(
      'credentials',
      say`A certificate or key in the kubeconfig cannot be used (${said}). Fetch a new kubeconfig.`,
    );
  }
}

/** SOCKS is spoken by the official client's agent. */
async function socksConnection(
  resolved: ResolvedKubeconfig,
  credential: Credential,
): Promise<{ ok: true; dispatcher: Dispatcher } | Failure> {
  const { RequestContext, HttpMethod } = await import('@kubernetes/client-node');
  const user = {
    name: resolved.user.name,
    certificate: credential.certificate === null ? {} : { data: credential.certificate },
    key: credential.key === null ? {} : { data: credential.key },
    asGroups: [],
    asExtra: {},
  };
  const config = await clientConfig({ ...resolved, user });
  const context = new RequestContext(resolved.cluster.server, HttpMethod.GET);
  await config.applySecurityAuthentication(context);
  const dispatcher = context.getDispatcher();
  return dispatcher === undefined
    ? failure('unreachable', say`The SOCKS proxy of the kubeconfig cannot be used. Check proxy-url.`)
    : { ok: true, dispatcher };
}
