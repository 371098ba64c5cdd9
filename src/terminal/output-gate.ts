import { frameJoiner, type Piece } from './frame-joiner.ts';
import { resetSequence, restoreSequence } from './screen-sequences.ts';
import { standIn } from './stand-in.ts';
import { makeNonBlocking, writeNow } from './tty-write.ts';

/** Output that waits longer than this is not on the screen yet, ms. */
const LATE = 500;

/** Bytes that may wait for the terminal before frames are dropped: about three full screens. */
const MOST_QUEUED = 32 * 1024;

export type OutputStats = {
  readonly bytes: number;
  readonly frames: number;
  readonly dropped: number;
  /** Frames are being dropped now, because the terminal does not keep up. */
  readonly isBehind: boolean;
  /** Bytes that the terminal has not taken yet. */
  readonly waiting: number;
};

export type OutputGateOptions = {
  /** The terminal takes output again after frames were dropped or held: draw one whole frame now. */
  readonly onCaughtUp: () => void;
  /** The terminal is gone (EIO, EPIPE); called once, and nothing is written any more. */
  readonly onGone: (error: Error) => void;
};

export type OutputGate = {
  /** What the renderer writes to in place of the real stdout. */
  readonly stdout: NodeJS.WriteStream;
  readonly stats: () => OutputStats;
  /** What was written last is not on the screen: frames are dropped, or the terminal has taken nothing for half a second. */
  readonly isLate: () => boolean;
  /** Drops every frame until `release`, which then asks for a whole one. */
  readonly hold: () => void;
  readonly release: () => void;
  /** Writes past the renderer, in order; resolves when the terminal took it or is gone. */
  readonly send: (sequence: string) => Promise<void>;
  /** Closes the gate for good and gives the screen back, synchronously. Calling it again does nothing. */
  readonly leave: () => void;
};

type Gate = {
  readonly target: NodeJS.WriteStream;
  readonly options: OutputGateOptions;
  bytes: number;
  frames: number;
  dropped: number;
  isBehind: boolean;
  /** Since when something waits for the terminal (monotonic ms); null when it took everything. */
  waitingSince: number | null;
  isHeld: boolean;
  isClosed: boolean;
  isLeft: boolean;
  isFullScreen: boolean;
};

/**
 * Stands between the renderer and the terminal, so that a terminal that stops reading never stops the process:
 * writes do not block, whole frames are dropped while more than 32 KiB wait, and one full repaint is asked for when
 * the terminal reads again. Everything else about the stream (size, isTTY, events) is that of the real one.
 */
export function outputGate(target: NodeJS.WriteStream, options: OutputGateOptions): OutputGate {
  const gate: Gate = {
    ...{ target, options, bytes: 0, frames: 0, dropped: 0 },
    ...{
      isBehind: false,
      waitingSince: null,
      isHeld: false,
      isClosed: false,
      isLeft: false,
      isFullScreen: false,
    },
  };
  makeNonBlocking(target);
  target.on('error', error => gone(gate, error));
  return {
    stdout: standIn(target, writer(gate)),
    stats: () => ({
      ...{ bytes: gate.bytes, frames: gate.frames, dropped: gate.dropped, isBehind: gate.isBehind },
      waiting: target.writableLength,
    }),
    isLate: () =>
      gate.isBehind || (gate.waitingSince !== null && performance.now() - gate.waitingSince > LATE),
    hold: () => {
      gate.isHeld = true;
    },
    release: () => {
      if (!gate.isHeld) return;
      gate.isHeld = false;
      waitForTerminal(gate);
    },
    send: sequence =>
      new Promise(done => {
        put(gate, { kind: 'control', data: sequence });
        afterOutput(gate, done);
      }),
    leave: () => {
      if (gate.isLeft) return;
      gate.isLeft = true;
      gate.isClosed = true;
      if (target.isTTY && gate.bytes > 0)
        writeNow(target, gate.isFullScreen ? restoreSequence : resetSequence);
    },
  };
}

function writer(gate: Gate): NodeJS.WriteStream['write'] {
  const joiner = frameJoiner();
  const send = (pieces: readonly Piece[]): void => {
    for (const piece of pieces) put(gate, piece);
  };
  return (chunk: string | Uint8Array, encoding?: unknown, callback?: unknown): boolean => {
    const data = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    if (data !== '') send(joiner.add(data));
    // A frame is written in one go; one that is still open afterwards broke off, and must not hold back the rest.
    if (joiner.isOpen()) queueMicrotask(() => send(joiner.flush()));
    const done = typeof encoding === 'function' ? encoding : callback;
    if (typeof done === 'function') afterOutput(gate, () => done());
    return true;
  };
}

function put(gate: Gate, piece: Piece): void {
  if (gate.isClosed || piece.data === '') return;
  if (piece.kind === 'frame') {
    if (gate.isHeld || gate.isBehind || gate.target.writableLength > MOST_QUEUED) {
      gate.dropped += 1;
      if (!gate.isHeld && !gate.isBehind) waitForTerminal(gate);
      return;
    }
    gate.frames += 1;
  }
  if (piece.data.includes('\x1b[?1049h')) gate.isFullScreen = true;
  if (piece.data.includes('\x1b[?1049l')) gate.isFullScreen = false;
  gate.bytes += Buffer.byteLength(piece.data);
  try {
    const isTaken = gate.target.write(piece.data) && gate.target.writableLength === 0;
    if (!isTaken && gate.waitingSince === null) watchQueue(gate);
  } catch (error) {
    gone(gate, error instanceof Error ? error : new Error(String(error)));
  }
}

/** Notes how long the terminal takes for what waits now. */
function watchQueue(gate: Gate): void {
  gate.waitingSince = performance.now();
  afterOutput(gate, () => {
    gate.waitingSince = null;
  });
}

/** Drops frames until all that waits is written, then asks for a whole one. */
function waitForTerminal(gate: Gate): void {
  gate.isBehind = true;
  afterOutput(gate, () => {
    gate.isBehind = false;
    if (!gate.isHeld && !gate.isClosed) gate.options.onCaughtUp();
  });
}

function afterOutput(gate: Gate, done: () => void): void {
  if (gate.isClosed) process.nextTick(done);
  else gate.target.write('', () => done());
}

function gone(gate: Gate, error: Error): void {
  if (gate.isClosed) return;
  gate.isClosed = true;
  gate.options.onGone(error);
}
