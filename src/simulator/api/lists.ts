import { randomUUID } from 'node:crypto';
import { ApiFailure, type Json, type Stored } from '../world.ts';
import { apiVersionOf, outward } from './convert.ts';
import { formOf, type ResourceExchange, sendJson } from './exchange.ts';
import { badRequest, expired, invalid, notFound } from './failures.ts';
import { fieldMatch, labelMatch, type Match } from './selectors.ts';
import { type IncludeObject, toMetadata, toTable } from './table.ts';

/** Lists that are read page by page stay as they were when their first page was read. */
const SNAPSHOTS = 64;
const snapshots = new Map<string, Snapshot>();

interface Snapshot {
  readonly version: number;
  readonly objects: readonly Stored[];
}

/** GET of a collection. */
export function list(exchange: ResourceExchange): void {
  const { query, resource, info } = exchange;
  checkVersion(exchange);
  const limit = Number(query.get('limit') ?? 0);
  const token = query.get('continue');
  const [id, from] = token ? readToken(token) : ['', 0];
  const snapshot = token ? snapshots.get(id) : select(exchange);
  if (!snapshot) {
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
    );
  }
  const end = limit > 0 ? Math.min(from + limit, snapshot.objects.length) : snapshot.objects.length;
  const left = snapshot.objects.length - end;
  const page = snapshot.objects.slice(from, end);
  const metadata = {
    resourceVersion: String(snapshot.version),
    ...(left > 0 ? { continue: nextToken(id, end, snapshot), remainingItemCount: left } : {}),
  };
  const objects = page.map(object => outward(resource, info.version, object));
  sendJson(exchange, 200, listBody(exchange, objects, metadata));
}

function listBody(exchange: ResourceExchange, objects: readonly Stored[], metadata: Json): Json {
  const { resource, info, clock } = exchange;
  const form = formOf(exchange);
  if (form === 'table') {
    return toTable(resource, info.version, objects, metadata, {
      include: includeOf(exchange),
      now: clock.now(),
    });
  }
  if (form === 'metadata') {
    const items = objects.map(toMetadata);
    return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items };
  }
  const built = resource.columns === undefined;
  const items = built ? objects.map(withoutType) : objects;
  return { kind: resource.listKind, apiVersion: apiVersionOf(resource, info.version), metadata, items };
}

/** Items of built-in lists carry no type of their own. */
function withoutType(object: Stored): Json {
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = object;
  return rest;
}

/** Sends one object in the form that was asked for. */
export function sendObject(exchange: ResourceExchange, status: number, object: Stored): void {
  const { resource, info, clock } = exchange;
  const seen = outward(resource, info.version, object);
  const form = formOf(exchange);
  if (form === 'table') {
    const metadata = { resourceVersion: object.metadata.resourceVersion };
    const options = { include: includeOf(exchange), now: clock.now() };
    sendJson(exchange, status, toTable(resource, info.version, [seen], metadata, options));
  } else sendJson(exchange, status, form === 'metadata' ? toMetadata(seen) : seen);
}

export function includeOf(exchange: ResourceExchange): IncludeObject {
  const asked = exchange.query.get('includeObject') ?? 'Metadata';
  if (asked === 'None' || asked === 'Metadata' || asked === 'Object') return asked;
  throw badRequest(`unrecognized includeObject value: "${asked}"`);
}

/** Reads the object a request names. Throws 404. */
export function named(exchange: ResourceExchange): Stored {
  const { world, stored, info, resource } = exchange;
  const object = world.get(stored.key, info.namespace, info.name ?? '');
  if (!object) throw notFound(resource, info.name ?? '');
  return object;
}

/** The selectors of a request as one test. */
export function matchOf(exchange: ResourceExchange): Match {
  const labels = labelMatch(exchange.query.get('labelSelector') ?? '');
  const fields = fieldMatch(exchange.query.get('fieldSelector') ?? '', exchange.stored.key);
  return object => labels(object) && fields(object);
}

function select(exchange: ResourceExchange): Snapshot {
  const { world, stored, info } = exchange;
  const match = matchOf(exchange);
  return { version: world.version(), objects: world.list(stored.key, info.namespace).filter(match) };
}

function checkVersion(exchange: ResourceExchange): void {
  const { query, world } = exchange;
  const version = query.get('resourceVersion') ?? '';
  const rule = query.get('resourceVersionMatch');
  const options = { group: 'meta.k8s.io', kind: 'ListOptions' };
  if (rule && !version) {
    const message = 'Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided';
    throw invalid(options, '', [{ field: 'resourceVersionMatch', reason: 'FieldValueForbidden', message }]);
  }
  if (version && !/^\d+$/.test(version)) {
    const message = `Invalid value: "${version}": strconv.ParseUint: parsing "${version}": invalid syntax`;
    throw invalid(options, '', [{ field: 'resourceVersion', reason: 'FieldValueInvalid', message }]);
  }
  if (query.get('continue') && version && version !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const current = world.version();
  if (Number(version) > current) throw tooLarge(Number(version), current);
  if (rule === 'Exact' && version !== '0' && Number(version) !== current) {
    throw expired('The resourceVersion for the provided list is too old.');
  }
}

/** A version the server has not reached yet: it asks the client to come again. */
export function tooLarge(asked: number, current: number): ApiFailure {
  const message = `Timeout: Too large resource version: ${asked}, current: ${current}`;
  return new ApiFailure(504, 'Timeout', message, {
    retryAfterSeconds: 1,
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
  });
}

function nextToken(id: string, from: number, snapshot: Snapshot): string {
  const own = id || randomUUID();
  if (!id) {
    snapshots.set(own, snapshot);
    for (const old of snapshots.keys()) if (snapshots.size > SNAPSHOTS) snapshots.delete(old);
  }
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', id: own, from })).toString('base64url');
}

function readToken(token: string): [string, number] {
  try {
    const { id, from } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return [String(id), Number(from)];
  } catch {
    throw badRequest('continue key is not valid: unreadable token');
  }
}
