import { Agent, type IncomingMessage, request } from 'node:http';
import type { Json } from '../world.ts';
import type { Target } from './kubeconfig.ts';

/** A refusal of the server, or no answer at all (`code` 0). */
export class ApiRefusal extends Error {
  readonly code: number;
  readonly reason: string;
  constructor(code: number, reason: string, message: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

export const MERGE_PATCH = 'application/merge-patch+json';
export const STRATEGIC_PATCH = 'application/strategic-merge-patch+json';
export const APPLY_PATCH = 'application/apply-patch+yaml';

interface Sent {
  readonly method?: string;
  readonly body?: unknown;
  readonly type?: string;
  readonly accept?: string;
}

/** The simulated API server as a tool sees it. All methods throw ApiRefusal. */
export interface Api {
  readonly host: string;
  send(path: string, sent?: Sent): Promise<Json>;
  /** Undefined when it does not exist. */
  find(path: string): Promise<Json | undefined>;
  list(path: string): Promise<Json[]>;
  /** The time of the cluster in epoch milliseconds, as its answers tell it. */
  now(): number;
}

/** How long clients wait for an answer, in simulated time, but never less than a busy machine may need. */
const PATIENCE_MS = 32_000;
const LEAST_PATIENCE_MS = 5_000;

export function connect(target: Target, speed: number): Api {
  const { server, token } = target;
  const host = server?.host ?? 'localhost:8080';
  const agent = new Agent({ keepAlive: true });
  let seen = { at: performance.now(), time: Date.now() };
  const send: Api['send'] = async (path, sent = {}) => {
    if (!server) throw unreachable(host, path, refusedBy('127.0.0.1:8080'));
    const answer = await exchange(
      new URL(path, server),
      token,
      agent,
      sent,
      Math.max(LEAST_PATIENCE_MS, PATIENCE_MS / speed),
    );
    if (answer.date) seen = { at: performance.now(), time: Date.parse(answer.date) };
    return read(answer);
  };
  const find: Api['find'] = async path => {
    try {
      return await send(path);
    } catch (error) {
      if (error instanceof ApiRefusal && error.code === 404) return undefined;
      throw error;
    }
  };
  return {
    host,
    send,
    find,
    list: async path => (await send(path)).items,
    now: () => Math.round(seen.time + (performance.now() - seen.at) * speed),
  };
}

interface Answer {
  readonly code: number;
  readonly text: string;
  readonly date: string | undefined;
}

function exchange(url: URL, token: string, agent: Agent, sent: Sent, patience: number): Promise<Answer> {
  const { method = 'GET', body, type = 'application/json', accept = 'application/json' } = sent;
  const text = body === undefined ? '' : JSON.stringify(body);
  const content = text ? { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) } : {};
  const headers = { Authorization: `Bearer ${token}`, Accept: accept, ...content };
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { method, headers, agent, signal: AbortSignal.timeout(patience) },
      response => {
        readAll(response).then(
          answer => resolve({ code: response.statusCode ?? 0, text: answer, date: response.headers.date }),
          error => reject(failed(url, error)),
        );
      },
    );
    asked.on('error', error => reject(failed(url, error)));
    asked.end(text);
  });
}

async function readAll(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += chunk;
  return text;
}

function read({ code, text }: Answer): Json {
  if (code < 400) return text ? JSON.parse(text) : {};
  const status: Json = text.startsWith('{') ? JSON.parse(text) : {};
  throw new ApiRefusal(code, status.reason ?? 'Unknown', status.message ?? (text.trim() || `status ${code}`));
}

function failed(url: URL, error: Error & { code?: string }): ApiRefusal {
  const slow = error.name === 'AbortError' || error.name === 'TimeoutError';
  if (slow)
    return unreachable(
      url.host,
      url.pathname,
      'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    );
  return unreachable(url.host, url.pathname, error.code === 'ECONNREFUSED' ? refusedBy(url.host) : 'EOF');
}

function refusedBy(host: string): string {
  return `dial tcp ${host}: connect: connection refused`;
}

function unreachable(host: string, path: string, why: string): ApiRefusal {
  return new ApiRefusal(0, 'Unreachable', `Get "http://${host}${path}": ${why}`);
}
