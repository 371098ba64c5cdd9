import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { ApiFailure, type Behaviour, type Json, type SimClock } from '../world.ts';
import { chooseForm, type Form } from './accept.ts';
import type { Attributes, Caller } from './access.ts';
import type { ServedWorld } from './create-world.ts';
import { badRequest, statusOf, unsupportedType } from './failures.ts';
import type { Gate } from './gate.ts';
import { decodeProtobuf } from './protobuf.ts';
import type { RequestInfo } from './request-info.ts';
import type { Resource } from './resources.ts';

/** Bodies above this are refused, as the server does at 3 MiB. */
const BODY_LIMIT = 3 * 1024 * 1024;
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const GZIP_FROM = 64 * 1024;

export interface Served {
  readonly world: ServedWorld;
  readonly clock: SimClock;
  readonly behaviour: Behaviour;
  readonly gate: Gate;
  /** Real milliseconds between bookmarks. */
  readonly bookmarkMs: number;
}

/** One request on its way. */
export interface Exchange extends Served {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly caller: Caller;
}

/** A request for a resource, with what its path names. */
export interface ResourceExchange extends Exchange {
  readonly info: RequestInfo;
  readonly verb: string;
  readonly attributes: Attributes;
  /** The kind as asked for, and the kind that stores its objects (they differ for events.k8s.io). */
  readonly resource: Resource;
  readonly stored: Resource;
}

/** Sends JSON, compressed when it is large and the client can take it. */
export function sendJson(exchange: Exchange, status: number, body: Json, type = 'application/json'): void {
  sendText(exchange, status, JSON.stringify(body), type);
}

export function sendText(exchange: Exchange, status: number, text: string, type: string): void {
  const { request, response } = exchange;
  response.statusCode = status;
  response.setHeader('Content-Type', type);
  response.setHeader('Cache-Control', 'no-cache, private');
  if (text.length > GZIP_FROM && request.headers['accept-encoding']?.includes('gzip')) {
    response.setHeader('Content-Encoding', 'gzip');
    response.setHeader('Vary', 'Accept-Encoding');
    response.end(gzipSync(text, { level: 1 }));
  } else response.end(text);
}

export function sendFailure(exchange: Exchange, failure: ApiFailure): void {
  const retry = failure.details?.retryAfterSeconds;
  if (retry) exchange.response.setHeader('Retry-After', String(retry));
  sendJson(exchange, failure.code, statusOf(failure));
}

export function formOf(exchange: Exchange): Form {
  return chooseForm(exchange.request.headers.accept);
}

/** Reads the body as text. Throws 413 when it is too large. */
export async function readBody(exchange: Exchange): Promise<string> {
  return (await readBytes(exchange)).toString('utf8');
}

/** Reads the object in the body, in JSON or in the binary form of typed clients; no body is an empty object. Throws 400, 415. */
export async function readObject(exchange: Exchange): Promise<Json> {
  const bytes = await readBytes(exchange);
  const type = bodyType(exchange);
  if (type === PROTOBUF) {
    const object = decodeProtobuf(bytes);
    if (object === undefined) throw unsupportedType(['application/json']);
    return object;
  }
  if (type && type !== 'application/json') throw unsupportedType(['application/json', PROTOBUF]);
  return bytes.length === 0 ? {} : parseJson(bytes.toString('utf8'));
}

async function readBytes(exchange: Exchange): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of exchange.request) {
    size += part.length;
    if (size > BODY_LIMIT) {
      throw new ApiFailure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${BODY_LIMIT}`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

export function parseJson(text: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(`error decoding request body: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
}

/** Media type of the body, without parameters. */
export function bodyType(exchange: Exchange): string {
  return exchange.request.headers['content-type']?.split(';')[0]?.trim() ?? '';
}

export function isDryRun(exchange: Exchange): boolean {
  return exchange.query.getAll('dryRun').includes('All');
}

/** Who writes: the name the client gives, or else the first part of its user agent. */
export function writerOf(
  exchange: Exchange,
  subresource = '',
): { manager: string; subresource?: string; now: number } {
  const agent = exchange.request.headers['user-agent']?.split('/')[0] || 'unknown';
  const manager = exchange.query.get('fieldManager') || agent;
  return { manager, now: exchange.clock.now(), ...(subresource ? { subresource } : {}) };
}
