/** What a nameserver answered. `code` is the response code: 0 found, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED. */
export interface DnsAnswer {
  readonly id: number;
  readonly code: number;
  /** IPv4 addresses, in the order they came. */
  readonly addresses: readonly string[];
}

const TYPE_A = 1;
const CLASS_IN = 1;
const RECURSION_DESIRED = 0x0100;
const HEADER = 12;

/** A question for the IPv4 address of a name, as sent over TCP: two bytes of length, then the message. */
export function encodeQuestion(id: number, name: string): Buffer {
  const labels = name.replace(/\.$/, '').split('.');
  if (labels.some(label => label.length === 0 || label.length > 63))
    throw new Error(`not a DNS name: ${name}`);
  const encoded = labels.map(label => Buffer.from(`${String.fromCharCode(label.length)}${label}`, 'latin1'));
  const body = Buffer.concat([Buffer.alloc(HEADER), ...encoded, Buffer.from([0, 0, TYPE_A, 0, CLASS_IN])]);
  body.writeUInt16BE(id, 0);
  body.writeUInt16BE(RECURSION_DESIRED, 2);
  body.writeUInt16BE(1, 4);
  return Buffer.concat([Buffer.from([body.length >> 8, body.length & 0xff]), body]);
}

/** The first whole message in what came over TCP so far, without its length; null while it is not there yet. */
export function wholeMessage(bytes: Buffer): Buffer | null {
  if (bytes.length < 2) return null;
  const end = 2 + bytes.readUInt16BE(0);
  return bytes.length < end ? null : bytes.subarray(2, end);
}

/** Reads an answer; null when it is not one. Never reads past the end, whatever the lengths inside claim. */
export function decodeAnswer(message: Buffer): DnsAnswer | null {
  if (message.length < HEADER || (message.readUInt16BE(2) & 0x8000) === 0) return null;
  const questions = message.readUInt16BE(4);
  const records = message.readUInt16BE(6);
  let at: number | null = HEADER;
  for (let i = 0; i < questions && at !== null; i++) at = afterName(message, at, 4);
  const addresses: string[] = [];
  for (let i = 0; i < records && at !== null; i++) {
    const fixed: number | null = afterName(message, at, 10);
    if (fixed === null) return null;
    const length = message.readUInt16BE(fixed - 2);
    if (fixed + length > message.length) return null;
    if (message.readUInt16BE(fixed - 10) === TYPE_A && length === 4)
      addresses.push(message.subarray(fixed, fixed + 4).join('.'));
    at = fixed + length;
  }
  if (at === null) return null;
  return { id: message.readUInt16BE(0), code: message.readUInt16BE(2) & 0x0f, addresses };
}

/** Where the name at `from` and the `more` bytes after it end. A pointer to an earlier name ends it; it is not followed. */
function afterName(message: Buffer, from: number, more: number): number | null {
  let at = from;
  for (;;) {
    const length = message[at];
    if (length === undefined) return null;
    const isPointer = length >= 0xc0;
    at += isPointer ? 2 : 1 + length;
    if (!isPointer && length !== 0) continue;
    return at + more > message.length ? null : at + more;
  }
}
