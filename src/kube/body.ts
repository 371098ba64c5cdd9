import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip, gunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';

const unzip = promisify(gunzip);

export class TooLarge extends Error {}

/** Reads a whole body of at most `cap` bytes, before and after decompression. Throws TooLarge, or what the socket threw. */
export async function readBody(
  response: Dispatcher.ResponseData,
  cap: number,
  count: (bytes: number) => void,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    count(bytes.length);
    if (size > cap) {
      response.body.destroy();
      throw new TooLarge();
    }
    chunks.push(bytes);
  }
  const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size);
  if (headerOf(response.headers, 'content-encoding') !== 'gzip') return body;
  try {
    return await unzip(body, { maxOutputLength: cap, chunkSize: 262_144 });
  } catch (error) {
    if (error instanceof RangeError) throw new TooLarge();
    throw error;
  }
}

/** Hands a body of at most `cap` bytes on as it comes, decompressed. Throws TooLarge, what `take` threw, or what the socket threw. */
export async function readChunks(
  response: Dispatcher.ResponseData,
  cap: number,
  count: (bytes: number) => void,
  take: (chunk: Buffer) => void,
): Promise<void> {
  const { body } = response;
  body.on('data', (chunk: Buffer) => count(chunk.length));
  // What is given up half read fails, which nobody else hears: that would end the process.
  body.on('error', () => undefined);
  const isZipped = headerOf(response.headers, 'content-encoding') === 'gzip';
  const plain = isZipped ? pipeline(body, createGunzip({ chunkSize: 65_536 }), () => undefined) : body;
  let size = 0;
  for await (const chunk of plain) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > cap) throw new TooLarge();
    take(bytes);
  }
}

export function headerOf(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  name: string,
): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
