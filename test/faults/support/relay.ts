import { Agent, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { type GroundTruth, streamKey } from './ground-truth.ts';
import { type Hit, only, type Toxic } from './toxics.ts';

/** While it is shut nothing leaves the server. */
export interface Valve {
  readonly isOpen: () => boolean;
  readonly passed: () => Promise<void>;
}

export interface Passage {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly hit: Hit;
  readonly upstream: string;
  readonly truth: GroundTruth;
  readonly valve: Valve;
  /** The toxics that spoil it now; asked once with `true`, which uses up those that last for so many requests. */
  readonly spoiled: (counts: boolean) => readonly Toxic[];
}

const agent = new Agent({ keepAlive: true, maxSockets: 200 });

/** Carries one request to the API server and its answer back, spoiled as told. */
export async function relay(passage: Passage): Promise<void> {
  const { response, hit, valve } = passage;
  await valve.passed();
  const toxics = passage.spoiled(true);
  const late = only(toxics, 'latency');
  if (late !== undefined) await wait(late.ms);
  if (only(toxics, 'hang') !== undefined || response.destroyed) return;
  const token = only(toxics, 'token');
  const answer = only(toxics, 'answer');
  if (token !== undefined && token.accept !== hit.token) return respond(passage, 401, STATUS_401);
  if (answer !== undefined) return respond(passage, answer.status, answer.body ?? '', answer.headers ?? {});
  if (hit.verb === 'watch' && only(toxics, 'close') !== undefined) return respond(passage, 200, '');
  forward(passage, toxics);
}

const STATUS_401 = JSON.stringify({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  message: 'Unauthorized',
  reason: 'Unauthorized',
  code: 401,
});

function respond(
  { response, truth, hit }: Passage,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body);
  truth.note('reply', `${status} ${hit.path}`);
}

function forward(passage: Passage, toxics: readonly Toxic[]): void {
  const { request, response, upstream, hit } = passage;
  const url = new URL(upstream);
  const { host: _, 'accept-encoding': __, ...headers } = request.headers;
  const onward = ask({
    agent,
    host: url.hostname,
    port: url.port,
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers,
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  onward.on('response', incoming => {
    incoming.on('error', () => response.destroy());
    const skew = only(toxics, 'skew');
    const date = incoming.headers.date;
    if (skew !== undefined && date !== undefined)
      response.setHeader('date', new Date(Date.parse(date) + skew.ms).toUTCString());
    const isWatch = hit.verb === 'watch' && incoming.statusCode === 200;
    if (isWatch) carryLines(passage, toxics, incoming);
    else void carryBody(passage, toxics, incoming);
  });
  request.pipe(onward);
}

function head({ response }: Passage, incoming: IncomingMessage, more: Record<string, string>): void {
  const { date, 'content-length': _, 'transfer-encoding': __, connection: ___, ...kept } = incoming.headers;
  const dated = response.hasHeader('date') || date === undefined ? {} : { date };
  response.writeHead(incoming.statusCode ?? 502, { ...kept, ...dated, ...more });
}

/** A watch, line by line: each that gets through is proof of its stream. */
function carryLines(passage: Passage, toxics: readonly Toxic[], incoming: IncomingMessage): void {
  const { response, hit, truth, valve } = passage;
  const key = streamKey(hit);
  const rewrite = only(toxics, 'rewrite');
  let rest = '';
  let order = Promise.resolve();
  head(passage, incoming, {});
  response.flushHeaders();
  truth.note('reply', `200 ${hit.path}`);
  const write = (line: string): void => {
    if (response.destroyed || passage.spoiled(false).some(one => one.toxic === 'mute')) return;
    const isBookmark = line.startsWith('{"type":"BOOKMARK"');
    if (isBookmark && only(passage.spoiled(false), 'no-bookmarks') !== undefined) return;
    response.write(`${rewrite === undefined ? line : rewrite.text(line)}\n`);
    truth.note(isBookmark ? 'bookmark' : 'line', key);
  };
  incoming.setEncoding('utf8');
  incoming.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    order = order.then(async () => {
      await valve.passed();
      for (const line of lines) write(line);
    });
  });
  incoming.on('end', () => {
    order = order.then(async () => {
      await valve.passed();
      response.end();
    });
  });
}

async function carryBody(
  passage: Passage,
  toxics: readonly Toxic[],
  incoming: IncomingMessage,
): Promise<void> {
  const { response, hit, truth, valve } = passage;
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
  } catch {
    response.destroy();
    return;
  }
  await valve.passed();
  const rewrite = only(toxics, 'rewrite');
  const whole = Buffer.concat(chunks);
  const body = rewrite === undefined ? whole : Buffer.from(rewrite.text(whole.toString('utf8')));
  const drip = only(toxics, 'drip');
  if (drip?.part === 'headers') return dripHeaders(passage, drip.ms);
  if (response.destroyed) return;
  const cut = only(toxics, 'truncate')?.afterBytes ?? only(toxics, 'reset')?.afterBytes;
  head(passage, incoming, { 'content-length': String(body.length) });
  if (drip !== undefined) return dripBody(passage, body, drip.ms);
  if (cut !== undefined) {
    response.write(body.subarray(0, cut));
    await wait(20);
    if (only(toxics, 'reset') !== undefined) response.socket?.resetAndDestroy();
    else response.socket?.destroy();
    return;
  }
  response.end(body);
  const isProof = hit.verb === 'list' && incoming.statusCode === 200;
  truth.note(isProof ? 'list' : 'reply', isProof ? streamKey(hit) : `${incoming.statusCode} ${hit.path}`);
}

async function dripHeaders({ response }: Passage, ms: number): Promise<void> {
  const { socket } = response;
  for (const byte of `HTTP/1.1 200 OK\r\nx-slow: ${'a'.repeat(4_096)}`) {
    if (socket === null || socket.destroyed) return;
    socket.write(byte);
    await wait(ms);
  }
}

async function dripBody({ response }: Passage, body: Buffer, ms: number): Promise<void> {
  for (const byte of body) {
    if (response.destroyed) return;
    response.write(Buffer.of(byte));
    await wait(ms);
  }
  response.end();
}
