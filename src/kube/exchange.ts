import type { Dispatcher } from 'undici';
import { type Safe, say } from '../text/safe.ts';
import type { Deadline } from './abort.ts';
import { headerOf } from './body.ts';
import { connectionPool } from './connection-pool.ts';
import { type Credential, openCredentials } from './credentials.ts';
import { type Failure, failure } from './failure.ts';
import type { ResolvedKubeconfig } from './kubeconfig.ts';
import { codeOf } from './network-errors.ts';
import { bodyOf, type Method, queryText, type RequestOptions, requestHeaders } from './request-parts.ts';
import { subjectOf } from './subject.ts';
import type { TrafficCounter } from './traffic.ts';

/** What every reply tells about the server, beside its content. */
export interface ReplyFacts {
  readonly date: string | undefined;
  readonly roundTripMs: number;
}

export interface ExchangeOptions {
  readonly resolved: ResolvedKubeconfig;
  readonly env: NodeJS.ProcessEnv;
  readonly wall: () => number;
  readonly traffic: TrafficCounter;
  readonly proxy: string | null;
  readonly onReply?: ((facts: ReplyFacts) => void) | undefined;
  readonly onServerCertificate?: ((expires: number) => void) | undefined;
  readonly onClientCertificate?: ((pem: string | null) => void) | undefined;
  readonly connectTimeoutMs?: number | undefined;
  /** Until the headers of a GET came: a server that takes longer to begin than that hangs. */
  readonly headersTimeoutMs?: number | undefined;
  readonly execTimeLimitMs?: number | undefined;
}

export interface Exchanged {
  readonly ok: true;
  readonly response: Dispatcher.ResponseData;
}

export interface Exchange {
  /** Sends one request and resolves with its headers. Throws what the network threw. */
  readonly send: (
    method: Method,
    path: string,
    ask: RequestOptions,
    limit: Deadline,
  ) => Promise<Exchanged | Failure>;
  /** Has credentials at hand, so that a slow plugin does not eat the time of the request. */
  readonly ready: () => Promise<void>;
  /** What the plugin said last, when it failed. */
  readonly lastWords: () => Safe | null;
  readonly renew: () => void;
  readonly close: () => Promise<void>;
}

/**
 * Requests with credentials and kept connections. A request is sent again once with fresh credentials after a 401,
 * and a GET once after the kept connection it took turned out to be dead.
 */
export function openExchange(options: ExchangeOptions): Exchange {
  const { resolved, traffic } = options;
  const url = new URL(resolved.cluster.server);
  const prefix = url.pathname.replace(/\/+$/, '');
  const credentials = openCredentials(options);
  const pool = connectionPool({
    resolved,
    proxy: options.proxy,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    onServerCertificate: expires => options.onServerCertificate?.(expires),
    onClientCertificate: pem => options.onClientCertificate?.(pem),
  });

  async function once(
    method: Method,
    path: string,
    ask: RequestOptions,
    limit: Deadline,
  ): Promise<(Exchanged & { readonly used: Credential }) | Failure> {
    const used = await credentials.get();
    if (!used.ok) return used;
    const connection = await pool.get(used);
    if (!connection.ok) return connection;
    if (limit.signal.aborted) return failure('timeout', say`There was no time left to ask.`);
    const started = performance.now();
    traffic.request(subjectOf(method, path, ask.query));
    const begun = method === 'GET' ? limit.atMost(options.headersTimeoutMs ?? 10_000) : () => undefined;
    const headers = requestHeaders(resolved.user, used, ask, ask.query?.watch === true);
    const where = { origin: url.origin, path: prefix + path + queryText(ask.query), method };
    const response = await connection.dispatcher
      .request({ ...where, headers, body: bodyOf(ask), ...NO_LIMITS, signal: limit.signal })
      .finally(begun);
    const date = headerOf(response.headers, 'date');
    options.onReply?.({ date, roundTripMs: performance.now() - started });
    return { ok: true, response, used };
  }

  return {
    send: async (method, path, ask, limit) => {
      const first = await once(method, path, ask, limit).catch((error: unknown) => {
        if (method !== 'GET' || limit.signal.aborted || !isDeadConnection(error)) throw error;
        return once(method, path, ask, limit);
      });
      if (!first.ok || first.response.statusCode !== 401 || !credentials.refused(first.used)) return first;
      await first.response.body.dump();
      return await once(method, path, ask, limit);
    },
    ready: async () => {
      await credentials.get();
    },
    lastWords: credentials.lastWords,
    renew: pool.renew,
    close: async () => {
      credentials.close();
      await pool.close();
    },
  };
}

/** The limits are ours: these of the library count otherwise. */
const NO_LIMITS = { headersTimeout: 0, bodyTimeout: 0 } as const;

function isDeadConnection(error: unknown): boolean {
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error));
}
