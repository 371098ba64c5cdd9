import { Writable } from 'node:stream';

/** A terminal in memory that can stop reading: what it took, in order, and a switch. */
export type FakeTerminal = {
  readonly stream: NodeJS.WriteStream;
  readonly taken: string[];
  readonly stall: () => void;
  readonly read: () => void;
  readonly resize: (columns: number, rows: number) => void;
};

export function fakeTerminal(): FakeTerminal {
  const taken: string[] = [];
  let isStalled = false;
  let waiting: (() => void) | undefined;
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      const take = (): void => {
        if (chunk !== '') taken.push(chunk);
        done();
      };
      if (isStalled) waiting = take;
      else take();
    },
  });
  const terminal = Object.assign(stream, {
    isTTY: true,
    columns: 120,
    rows: 40,
  }) as unknown as NodeJS.WriteStream;
  return {
    stream: terminal,
    taken,
    stall: () => {
      isStalled = true;
    },
    read: () => {
      isStalled = false;
      waiting?.();
      waiting = undefined;
    },
    resize: (columns, rows) => {
      Object.assign(terminal, { columns, rows });
      terminal.emit('resize');
    },
  };
}
