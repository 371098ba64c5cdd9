import xterm from '@xterm/headless';

/** Everything a terminal did beside printing when it was given these rows, each on a line of its own; long ones are cut. */
export async function reactions(rows: readonly string[]): Promise<readonly string[]> {
  const terminal = new xterm.Terminal({
    cols: 400,
    rows: 12,
    scrollback: 20_000,
    allowProposedApi: true,
    logLevel: 'off',
  });
  const seen: string[] = [];
  terminal.onBell(() => seen.push('bell'));
  terminal.onTitleChange(() => seen.push('title'));
  terminal.onData(() => seen.push('reply'));
  terminal.onBinary(() => seen.push('binary reply'));
  terminal.buffer.onBufferChange(() => seen.push('alternate screen'));
  for (const code of [4, 8, 10, 11, 52])
    terminal.parser.registerOscHandler(code, () => seen.push(`OSC ${code}`) > 0);
  await new Promise<void>(done =>
    terminal.write(`first\r\n${rows.map(row => [...row].slice(0, 190).join('')).join('\r\n')}\r\nlast`, done),
  );
  const { active } = terminal.buffer;
  if (active.getLine(0)?.translateToString(true) !== 'first') seen.push('overwritten row');
  if (active.getLine(active.baseY + active.cursorY)?.translateToString(true) !== 'last')
    seen.push('moved cursor');
  if (active.baseY + active.cursorY !== rows.length + 1) seen.push('rows made or lost');
  terminal.dispose();
  return seen;
}
