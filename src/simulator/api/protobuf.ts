import type { Json } from '../world.ts';
import { MESSAGES } from './protobuf-messages.ts';

const MAGIC = Buffer.from('k8s\0');

/**
 * Reads the binary form in which typed clients send what they create (kubectl create, auth can-i, delete).
 * Undefined: not that form, or of a kind whose fields are not known here.
 */
export function decodeProtobuf(body: Buffer): Json {
  if (!body.subarray(0, 4).equals(MAGIC)) return undefined;
  const envelope = decodeMessage(body.subarray(4), 'Unknown');
  const { apiVersion, kind } = envelope.typeMeta ?? {};
  if (!MESSAGES[kind]) return undefined;
  return { apiVersion, kind, ...decodeMessage(envelope.raw, kind) };
}

interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

function decodeMessage(bytes: Buffer, message: string): Json {
  const result: Json = {};
  const cursor: Cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) {
    const tag = Number(varint(cursor));
    const value = wireValue(cursor, tag & 7);
    const field = MESSAGES[message]?.[tag >> 3];
    if (field) store(result, field.name, field.type, value);
  }
  return result;
}

function varint(cursor: Cursor): bigint {
  let value = 0n;
  for (let shift = 0n; cursor.at < cursor.bytes.length; shift += 7n) {
    const byte = cursor.bytes[cursor.at] ?? 0;
    cursor.at += 1;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return value;
}

function wireValue(cursor: Cursor, wire: number): bigint | Buffer {
  if (wire === 0) return varint(cursor);
  const length = wire === 1 ? 8 : wire === 5 ? 4 : Number(varint(cursor));
  const start = cursor.at;
  cursor.at += length;
  return cursor.bytes.subarray(start, start + length);
}

/** Field types: see the table of messages. Empty texts and plain zeros mean that nothing was set. */
function store(result: Json, name: string, type: string, value: bigint | Buffer): void {
  if (typeof value === 'bigint') {
    const number = Number(BigInt.asIntN(64, value));
    if (type === 'bool') result[name] = number !== 0;
    else if (type === 'intOrZero' || number !== 0) result[name] = number;
    return;
  }
  if (type === 'string') {
    if (value.length > 0) result[name] = value.toString('utf8');
  } else if (type === 'bytes') result[name] = value;
  else if (type === 'intOrString') {
    const { type: isText, intVal = 0, strVal = '' } = decodeMessage(value, 'IntOrString');
    if (isText || intVal) result[name] = isText ? strVal : intVal;
  } else if (type === 'strings') {
    result[name] = [...(result[name] ?? []), value.toString('utf8')];
  } else if (type === 'map' || type === 'bytesMap') {
    const { key = '', value: content = Buffer.alloc(0) } = decodeMessage(value, 'Entry');
    result[name] = { ...result[name], [key]: content.toString(type === 'map' ? 'utf8' : 'base64') };
  } else if (type.endsWith('[]')) {
    result[name] = [...(result[name] ?? []), decodeMessage(value, type.slice(0, -2))];
  } else result[name] = decodeMessage(value, type);
}
