import { describe, expect, it } from 'vitest';
import { cniGone, healthy, stage } from './demo-stage.ts';

const { sandbox, demo, quit, expectRestored } = stage();

describe('the keys', () => {
  it('show help, palette, filter, zoom, panes and layers, and each goes away again', async () => {
    const terminal = demo(['--scenario', 'cni-gone', '--speed', '20']);
    await terminal.until(cniGone);
    await terminal.press('?');
    await terminal.until(/type a command/);
    await terminal.press('Esc');
    await terminal.until(screen => !screen.includes('type a command'));
    await terminal.press(':');
    await terminal.until(/╭ Command ─/);
    await terminal.press('Esc');
    await terminal.until(screen => !screen.includes('╭ Command ─'));
    await terminal.press('+');
    await terminal.until(screen => !/╮╭/.test(screen));
    await terminal.press('_');
    await terminal.until(/╮╭/);
    for (const [key, title] of [
      ['4', 'CoreDNS'],
      ['0', 'API server'],
      ['7', 'Applications'],
    ] as const) {
      await terminal.press(key);
      await terminal.until(new RegExp(`▸${key} ${title}`));
    }
    for (const [key, tab] of [
      ['e', 'Events'],
      ['h', 'History'],
      ['v', 'Components'],
      ['o', 'Objects'],
      ['l', 'Log'],
      ['w', 'Why'],
    ] as const) {
      await terminal.press(key);
      await terminal.until(new RegExp(`\\[${tab}\\]`));
    }
    await terminal.press('7', 'o');
    await terminal.until(screen => /immich/.test(side(screen)) && /cert-manager/.test(side(screen)));
    await terminal.press('/', ...'immich', 'Enter');
    await terminal.until(screen => /immich/.test(side(screen)) && !/cert-manager/.test(side(screen)));
    await terminal.press('Esc');
    await terminal.until(screen => /cert-manager/.test(side(screen)));
    await quit(terminal);
  });

  it('may come in one piece: a repaint asked for three times at once is no trouble', async () => {
    const terminal = demo();
    await terminal.until(healthy);
    await terminal.press('\x0c\x0c\x0c', '\x0c\x0c');
    await terminal.press('?');
    await terminal.until(/type a command/, 45_000);
    await terminal.press('Esc');
    await terminal.until(screen => healthy.test(screen) && isWhole(screen), 45_000);
    await quit(terminal);
  });

  it('survive a resize down and up again', async () => {
    const terminal = demo(['--scenario', 'cni-gone', '--speed', '20']);
    await terminal.until(cniGone);
    terminal.resize(60, 20);
    await terminal.until(screen => /cilium/.test(screen) && !/╮╭/.test(screen));
    expect(terminal.screen()).toHaveLength(20);
    terminal.resize(120, 40);
    await terminal.until(screen => isWhole(screen) && /^ 0-7 layer .*q quit/m.test(screen));
    for (const [columns, rows] of [
      [80, 24],
      [200, 50],
      [100, 30],
      [40, 12],
      [120, 40],
    ] as const) {
      terminal.resize(columns, rows);
      await terminal.until(() => true);
    }
    await terminal.until(screen => cniGone.test(screen) && isWhole(screen));
    await quit(terminal);
  });
});

describe('every way out', () => {
  it.each<[string, number]>([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ])('%s gives the terminal back and removes what the demo made', async (signal, code) => {
    const terminal = demo(['--scenario', 'cni-gone', '--speed', '20']);
    await terminal.until(cniGone);
    expect(sandbox().left()).toHaveLength(1);
    terminal.kill(signal);
    expect((await terminal.ended).code).toBe(code);
    expectRestored(terminal);
  });

  it('Ctrl-C leaves at once', async () => {
    const terminal = demo();
    await terminal.until(healthy);
    await terminal.press('Ctrl-C');
    await terminal.ended;
    expectRestored(terminal);
  });

  it('leaves before the first answer as well', async () => {
    const terminal = demo();
    await terminal.until(() => terminal.bytes() > 0);
    await terminal.press('q');
    expect((await terminal.ended).code).toBe(0);
    expectRestored(terminal);
  });
});

function side(screen: string): string {
  return screen
    .split('\n')
    .map(row => row.slice(50))
    .join('\n');
}

/** Every panel that begins ends, and nothing stands where only frames belong. */
function isWhole(screen: string): boolean {
  const count = (corner: string): number => screen.split(corner).length - 1;
  const rows = screen.split('\n');
  return (
    count('╭') === 9 &&
    count('╮') === 9 &&
    count('╰') === 9 &&
    count('╯') === 9 &&
    [3, 4].includes(rows.findIndex(row => /^╭[ ▸]0 API server/.test(row))) &&
    rows[0]?.startsWith(' groundup   demo') === true
  );
}
