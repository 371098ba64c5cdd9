import type { Dispatcher } from 'undici';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { type Deadline, deadline } from './abort.ts';
import { headerOf, readBody, readChunks, TooLarge } from './body.ts';
import { type ExchangeOptions, openExchange } from './exchange.ts';
import { type Failure, failure } from './failure.ts';
import { httpFailure, notJson } from './http-errors.ts';
import { type EachItem, itemScanner } from './item-scanner.ts';
import { codeOf, networkFailure, type Target } from './network-errors.ts';
import { proxyFor } from './proxy.ts';
import type { Method, RequestOptions } from './request-parts.ts';
import { type Subject, subjectOf } from './subject.ts';
import { tlsExplainer } from './tls-explainer.ts';

export interface Answer {
  readonly ok: true;
  readonly status: number;
  /** Decoded when JSON was asked for; otherwise undefined. */
  readonly json: unknown;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A body that goes on: the lines of a watch or of a log. The caller must consume or destroy it. */
export interface Opened {
  readonly ok: true;
  readonly body: Dispatcher.ResponseData['body'];
  readonly contentType: string | undefined;
}

export interface Transport {
  /** One request and its whole answer. Expected failures are answers too; only a bug throws. */
  readonly request: (method: Method, path: string, options?: RequestOptions) => Promise<Answer | Failure>;
  /** A GET whose body is read as it comes; `deadlineMs` bounds the time until the headers only. */
  readonly open: (path: string, options?: RequestOptions) => Promise<Opened | Failure>;
  /** The kept connections may be dead: use new ones. */
  readonly renew: () => void;
  readonly close: () => Promise<void>;
}

export interface TransportOptions extends Omit<ExchangeOptions, 'proxy'> {
  /** Until an answer came whole, where a request does not say otherwise. */
  readonly answerTimeoutMs?: number | undefined;
}

const BODY_CAP = 64 * 1024 * 1024;
const ERROR_CAP = 1024 * 1024;
/** A list that is read item by item may be larger, because it is never held as a whole. */
const LIST_CAP = 256 * 1024 * 1024;
/** A list that goes on coming, at this pace at least for each deadline, is not late. */
const PACE = 1024 * 1024;

/** The one way to the API server. It owns credentials and connections; nothing else of them is seen outside. */
export function openTransport(options: TransportOptions): Transport {
  const { resolved, traffic, answerTimeoutMs: answerMs = 30_000 } = options;
  const { server, proxyUrl } = resolved.cluster;
  const proxy = proxyFor(server, proxyUrl, options.env);
  const target = targetOf(server, proxy);
  const exchange = openExchange({ ...options, proxy });
  const throttle = throttleGate();
  const within = timeLimit(resolved.requestTimeoutMs);
  const words = wording(options, target, exchange.lastWords);

  /** Sends, and turns everything but a success into a failure with words; `finish` reads the success. */
  async function ask<T>(
    method: Method,
    path: string,
    options: RequestOptions,
    limit: Deadline,
    finish: (response: Dispatcher.ResponseData, subject: Subject) => T | Promise<T>,
  ): Promise<T | Failure> {
    const subject = subjectOf(method, path, options.query);
    const held = throttle.held(subject);
    if (held !== null) return held;
    try {
      const exchanged = await exchange.send(method, path, options, limit);
      if (!exchanged.ok) return exchanged;
      if (exchanged.response.statusCode < 300) return await finish(exchanged.response, subject);
      const refused = await words.ofStatus(exchanged.response, subject);
      throttle.note(refused, subject);
      return refused;
    } catch (error) {
      return await words.ofError(error, limit);
    }
  }

  return {
    request: async (method, path, options = {}) => {
      await exchange.ready();
      const limit = deadline(within(options.deadlineMs, answerMs), options.signal);
      const reply = await ask<Answer | Failure>(method, path, options, limit, async (response, subject) => {
        const answer = await readAnswer(response, options, limit, traffic.bytes);
        return answer ?? notJson(contentType(response), subject, target.server);
      });
      limit.done();
      return reply;
    },
    open: async (path, options = {}) => {
      await exchange.ready();
      const limit = deadline(within(options.deadlineMs, 10_000));
      const either = follow(limit.signal, options.signal);
      const bound = { ...limit, signal: either.signal };
      const reply = await ask<Opened>('GET', path, options, bound, response => {
        response.body.once('close', either.detach);
        // Whoever destroys it unread would otherwise end the process: undici calls that an error.
        response.body.on('error', () => undefined);
        return { ok: true, body: response.body, contentType: contentType(response) };
      });
      limit.done();
      if (!reply.ok) either.detach();
      return reply;
    },
    renew: exchange.renew,
    close: exchange.close,
  };
}

/** What the user chose replaces the general limit, and shortens one that a request brings along. */
function timeLimit(chosen: number | undefined): (own: number | undefined, general: number) => number {
  return (own, general) => (own === undefined ? (chosen ?? general) : Math.min(own, chosen ?? own));
}

/** Turns statuses and errors into failures with words. */
function wording({ resolved, traffic }: TransportOptions, target: Target, lastWords: () => Safe | null) {
  const explainTls = tlsExplainer(resolved.cluster);
  return {
    ofStatus: async (response: Dispatcher.ResponseData, subject: Subject): Promise<Failure> => {
      const text = (await readBody(response, ERROR_CAP, traffic.bytes)).toString('utf8');
      return httpFailure({
        status: response.statusCode,
        retryAfter: headerOf(response.headers, 'retry-after'),
        contentType: contentType(response),
        text,
        subject,
        server: target.server,
        credentials: lastWords(),
      });
    },
    ofError: async (error: unknown, limit: Deadline): Promise<Failure> => {
      if (error instanceof TooLarge)
        return failure('too-large', say`The answer of ${target.server} is too large and was not read.`);
      const failed = networkFailure(error, target, limit.passed());
      const isOurs = failed.reason === 'tls' && target.proxy === null;
      return isOurs ? await explainTls(failed, codeOf(error)) : failed;
    },
  };
}

function targetOf(server: string, proxy: string | null): Target {
  const url = new URL(server);
  const shown = proxy !== null && URL.canParse(proxy) ? new URL(proxy) : null;
  return {
    server: field(url.origin + url.pathname.replace(/\/+$/, '')),
    address: field(url.host),
    proxy: shown === null ? null : field(`${shown.protocol}//${shown.host}`),
  };
}

function contentType(response: Dispatcher.ResponseData): string | undefined {
  return headerOf(response.headers, 'content-type');
}

function decode(
  response: Dispatcher.ResponseData,
  text: string,
  accept = 'application/json',
): Answer | undefined {
  const answer = { ok: true, status: response.statusCode, text, headers: response.headers } as const;
  if (!accept.startsWith('application/json')) return { ...answer, json: undefined };
  if (contentType(response)?.includes('json') === false) return undefined;
  try {
    return { ...answer, json: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Undefined when JSON was asked for and something else came. */
async function readAnswer(
  response: Dispatcher.ResponseData,
  { each, accept }: RequestOptions,
  limit: Deadline,
  count: (bytes: number) => void,
): Promise<Answer | undefined> {
  if (each !== undefined) return await readEach(response, each, limit, count);
  return decode(response, (await readBody(response, BODY_CAP, count)).toString('utf8'), accept);
}

async function readEach(
  response: Dispatcher.ResponseData,
  each: EachItem,
  limit: Deadline,
  count: (bytes: number) => void,
): Promise<Answer | undefined> {
  if (contentType(response)?.includes('json') === false) {
    await response.body.dump();
    return undefined;
  }
  const scanner = itemScanner(each);
  let paced = 0;
  try {
    await readChunks(response, LIST_CAP, count, chunk => {
      scanner.push(chunk);
      paced += chunk.length;
      if (paced < PACE) return;
      paced = 0;
      limit.extend();
    });
    const { statusCode: status, headers } = response;
    return { ok: true, status, json: scanner.end(), text: '', headers };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A signal that ends with either of two; `detach` takes it off the caller's signal, which may live for long. */
function follow(limit: AbortSignal, caller: AbortSignal | undefined) {
  const own = new AbortController();
  const end = (): void => own.abort();
  limit.addEventListener('abort', end, { once: true });
  caller?.addEventListener('abort', end, { once: true });
  if (caller?.aborted) own.abort();
  return { signal: own.signal, detach: (): void => caller?.removeEventListener('abort', end) };
}

/** A server that asked to be left alone is left alone by every read; only the question whether it lives goes on. */
function throttleGate() {
  let until = Number.NEGATIVE_INFINITY;
  const reads = new Set(['list', 'watch', 'get']);
  return {
    note: (refused: Failure, { verb }: Subject): void => {
      if (refused.reason === 'throttled' && reads.has(verb))
        until = Math.max(until, performance.now() + (refused.retryAfterMs ?? 1_000));
    },
    held: ({ verb, resource }: Subject): Failure | null => {
      const left = Math.ceil(until - performance.now());
      if (left <= 0 || !reads.has(verb) || resource === '/readyz' || resource === '/version') return null;
      return failure(
        'throttled',
        say`The API server is busy and asked to wait; it is asked again in ${Math.ceil(left / 1000)} s.`,
        { retryAfterMs: left },
      );
    },
  };
}
