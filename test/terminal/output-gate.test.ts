import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type OutputGate, outputGate } from '../../src/terminal/output-gate.ts';
import { type FakeTerminal, fakeTerminal } from './fake-terminal.ts';

const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';

let terminal: FakeTerminal;
let gate: OutputGate;
let events: string[];

beforeEach(() => {
  events = [];
  terminal = fakeTerminal();
  gate = outputGate(terminal.stream, {
    onCaughtUp: () => events.push('caught up'),
    onGone: error => events.push(`gone: ${error.message}`),
  });
});

afterEach(() => {
  vi.useRealTimers();
});

function frame(text: string): void {
  for (const chunk of [BEGIN, text, END]) gate.stdout.write(chunk);
}

const settled = (): Promise<void> => new Promise(done => setImmediate(done));

describe('a terminal that reads', () => {
  it('gets one write for each frame and every control at once', () => {
    gate.stdout.write('\x1b[?1049h');
    frame('one');
    frame('two');
    expect(terminal.taken).toEqual(['\x1b[?1049h', 'one', 'two']);
    expect(gate.stats()).toEqual({ bytes: 14, frames: 2, dropped: 0, isBehind: false, waiting: 0 });
  });

  it('gets bytes too, and the callback of a write comes after what was written before', async () => {
    gate.stdout.write(new TextEncoder().encode('ü'));
    await new Promise<void>(done => gate.stdout.write('x', () => done()));
    expect(terminal.taken).toEqual(['ü', 'x']);
    await new Promise<void>(done => gate.stdout.write('', 'utf8', () => done()));
  });

  it('gets a frame that broke off once the renderer is done', async () => {
    gate.stdout.write(BEGIN);
    gate.stdout.write('half');
    expect(terminal.taken).toEqual([]);
    await settled();
    expect(terminal.taken).toEqual(['half']);
  });

  it('looks like the real one to the renderer', () => {
    expect('isTTY' in gate.stdout && gate.stdout.isTTY).toBe(true);
    expect([gate.stdout.columns, gate.stdout.rows]).toEqual([120, 40]);
    expect(gate.stdout.writable).toBe(true);
    expect(gate.stdout.destroyed).toBe(false);
  });
});

describe('a terminal that stops reading', () => {
  it('loses whole frames, never a control, and one full repaint is asked for when it reads again', async () => {
    terminal.stall();
    for (let i = 0; i < 100; i++) frame(`${i}${'x'.repeat(1000)}`);
    gate.stdout.write('\x1b[?25h');
    const { frames, dropped, isBehind } = gate.stats();
    expect(frames + dropped).toBe(100);
    expect(frames).toBeLessThan(40);
    expect(isBehind).toBe(true);
    expect(terminal.stream.writableLength).toBeLessThan(40 * 1024);
    expect(events).toEqual([]);

    terminal.read();
    await settled();
    await settled();
    expect(events).toEqual(['caught up']);
    expect(terminal.taken.at(-1)).toBe('\x1b[?25h');
    expect(terminal.taken.slice(0, -1).every(piece => /^\d+x{1000}$/.test(piece))).toBe(true);
    frame('whole');
    expect(terminal.taken.at(-1)).toBe('whole');
  });

  it('gets nothing more after the first dropped frame, since the next would build on it', async () => {
    terminal.stall();
    for (let i = 0; i < 60; i++) frame('x'.repeat(1000));
    const { frames } = gate.stats();
    frame('small');
    expect(gate.stats().frames).toBe(frames);
    terminal.read();
    await vi.waitFor(() => expect(events).toEqual(['caught up']));
  });
});

describe('hold and release', () => {
  it('drop frames, then ask for a whole one', async () => {
    gate.hold();
    frame('hidden');
    await gate.send('shown');
    expect(terminal.taken).toEqual(['shown']);
    expect(events).toEqual([]);
    gate.release();
    await vi.waitFor(() => expect(events).toEqual(['caught up']));
    frame('whole');
    expect(terminal.taken.at(-1)).toBe('whole');
  });
});

describe('a terminal that is gone', () => {
  it('is reported once and never written to again', async () => {
    terminal.stream.emit('error', Object.assign(new Error('write EIO'), { code: 'EIO' }));
    terminal.stream.emit('error', new Error('write EIO'));
    frame('lost');
    gate.stdout.write('\x1b[?25h');
    await gate.send('lost');
    await new Promise<void>(done => gate.stdout.write('', () => done()));
    expect(events).toEqual(['gone: write EIO']);
    expect(terminal.taken).toEqual([]);
  });
});

describe('leave', () => {
  it('gives the screen back once and closes the gate', () => {
    gate.stdout.write('\x1b[?1049h');
    gate.leave();
    gate.leave();
    frame('late');
    expect(terminal.taken).toEqual(['\x1b[?1049h', '\x1b[0m\x1b[?2004l\x1b[?1049l\x1b[?25h']);
  });

  it('does not leave a screen that was left already', () => {
    gate.stdout.write('\x1b[?1049h');
    gate.stdout.write('\x1b[?1049l');
    gate.leave();
    expect(terminal.taken.at(-1)).toBe('\x1b[0m\x1b[?2004l\x1b[?25h');
  });

  it('writes nothing to a terminal that was not used', () => {
    gate.leave();
    expect(terminal.taken).toEqual([]);
  });
});

describe('a burst of size changes', () => {
  it('becomes one event with the last size, and the old size holds until then', () => {
    vi.useFakeTimers();
    const seen: string[] = [];
    const listener = (): number => seen.push(`${gate.stdout.columns}x${gate.stdout.rows}`);
    gate.stdout.on('resize', listener);
    for (let i = 1; i <= 20; i++) terminal.resize(100 + i, 30 + i);
    expect(gate.stdout.columns).toBe(120);
    vi.runAllTimers();
    expect(seen).toEqual(['120x50']);
    gate.stdout.off('resize', listener);
    terminal.resize(10, 10);
    vi.runAllTimers();
    expect(seen).toHaveLength(1);
    expect(gate.stdout.columns).toBe(10);
  });
});
