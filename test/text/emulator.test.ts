import xterm from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { field } from '../../src/text/field.ts';
import { logLine } from '../../src/text/log-line.ts';
import { corpus } from './corpus.ts';
import { hostileText } from './hostile-text.ts';

const ROWS = 12;
const SENTINEL = 'row that must stay';

/** Everything a terminal did beside printing, when these rows were written below a known one. */
async function reactions(rows: readonly string[]): Promise<readonly string[]> {
  const terminal = new xterm.Terminal({
    cols: 200,
    rows: ROWS,
    scrollback: 1000,
    allowProposedApi: true,
    logLevel: 'off',
  });
  const seen: string[] = [];
  terminal.onBell(() => seen.push('bell'));
  terminal.onTitleChange(() => seen.push('title'));
  terminal.onData(data => seen.push(`reply ${JSON.stringify(data)}`));
  terminal.onBinary(() => seen.push('binary reply'));
  terminal.buffer.onBufferChange(() => seen.push('alternate screen'));
  terminal.parser.registerOscHandler(52, () => seen.push('clipboard') > 0);
  terminal.parser.registerOscHandler(8, () => seen.push('link') > 0);
  await new Promise<void>(done => terminal.write(`${SENTINEL}\r\n${rows.join('\r\n')}\r\nend`, done));
  const buffer = terminal.buffer.active;
  const text = Array.from(
    { length: buffer.length },
    (_, i) => buffer.getLine(i)?.translateToString(true) ?? '',
  );
  if (text[0] !== SENTINEL) seen.push('overwritten row');
  if (text[buffer.baseY + buffer.cursorY] !== 'end') seen.push('moved cursor');
  terminal.dispose();
  return seen;
}

const entries = corpus().filter(entry => entry.input.length < 100_000);

describe('a terminal that is given the corpus', () => {
  it('reacts to the raw text, so that the test can fail', async () => {
    let reacting = 0;
    for (const entry of entries) if ((await reactions([entry.input])).length > 0) reacting++;
    expect(reacting).toBeGreaterThan(25);
  });

  it.each(entries)('only prints $name once it is clean', async entry => {
    expect(await reactions([field(entry.input)])).toEqual([]);
    expect(await reactions(logLine(entry.input))).toEqual([]);
  });

  it('only prints whatever else is clean', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText(), async raw => {
        expect(await reactions([field(raw)])).toEqual([]);
        expect(await reactions(logLine(raw))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
