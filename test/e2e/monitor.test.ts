import { describe, expect, it } from 'vitest';
import { cniGone, healthy, stage, titles } from './demo-stage.ts';
import { eventually, startServe } from './program.ts';

const { sandbox, open, demo, quit } = stage();

describe('a healthy cluster', () => {
  it.each([
    [120, 40],
    [80, 24],
  ])('shows all eight layers, the state and the keys at %ix%i', async (columns, rows) => {
    const terminal = demo([], { columns, rows });
    const screen = await terminal.until(healthy);
    expect(screen.split('\n')).toHaveLength(rows);
    titles.forEach((title, key) => {
      expect(screen).toMatch(new RegExp(`${key} ${title}.*●`));
    });
    for (const word of ['SIMULATION', 'read-only', 'live', '? help', 'q quit'])
      expect(screen).toContain(word);
    await quit(terminal);
  });

  it('fits into 40x12', async () => {
    const terminal = demo(['--scenario', 'cni-gone', '--speed', '20'], { columns: 40, rows: 12 });
    const screen = await terminal.until(/✗ CNI: .*cilium[\s\S]*F repair/);
    expect(screen).toMatch(/^2 ✗ CNI/m);
    expect(screen).toMatch(/^7 . Apps/m);
    await quit(terminal);
  });

  it('writes nothing at all for five seconds when its clock is off', async () => {
    const terminal = demo(['--no-clock', '--speed', '1'], { columns: 120, rows: 40 });
    await terminal.until(healthy);
    let last = { bytes: terminal.bytes(), since: performance.now() };
    await eventually(
      'five silent seconds',
      () => {
        if (terminal.bytes() !== last.bytes) last = { bytes: terminal.bytes(), since: performance.now() };
        return performance.now() - last.since;
      },
      silent => silent > 5_000,
      60_000,
    );
    await quit(terminal);
  });
});

describe('the monitor on a cluster that is served elsewhere', () => {
  it('finds it by KUBECONFIG, takes its faster clock for no fault, and stays when it is gone', async () => {
    const served = await startServe(sandbox(), ['--speed', '40']);
    const terminal = open([], { env: served.env });
    await terminal.until(healthy);
    const begun = served.age();
    await eventually('two minutes of its time', served.age, age => (age - begun) * 40 > 180_000);
    await terminal.until(screen => healthy.test(screen) && / live /.test(screen));
    await served.stop();
    await terminal.until(/ROOT CAUSE .*API server/);
    await quit(terminal);
  });
});

describe('a terminal with less', () => {
  it('writes no colour when NO_COLOR is set, and says as much', async () => {
    const terminal = demo(['--scenario', 'cni-gone', '--speed', '20'], { env: { NO_COLOR: '1' } });
    await terminal.until(cniGone);
    expect(coloursIn(terminal.raw())).toEqual([]);
    await quit(terminal);
  });

  it('writes no colour for --no-color, and colours of the 16 alone without it', async () => {
    const plain = demo(['--no-color']);
    await plain.until(healthy);
    expect(coloursIn(plain.raw())).toEqual([]);
    await quit(plain);
    const coloured = demo(['--scenario', 'cni-gone', '--speed', '20']);
    await coloured.until(cniGone);
    expect(coloursIn(coloured.raw())).toContain('31');
    expect(coloursIn(coloured.raw()).filter(code => /^[34]8|^4\d|^10\d/.test(code))).toEqual([]);
    await quit(coloured);
  });

  it.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    ['--ascii', ['--ascii'], {}],
    ['LANG=C', [], { LANG: 'C' }],
  ])('writes ASCII alone for %s', async (_name, args, env) => {
    const terminal = demo([...args, '--scenario', 'cni-gone', '--speed', '20'], { env });
    await terminal.until(/ROOT CAUSE .*kube-system\/cilium does not exist/);
    await terminal.press('?');
    await terminal.until(/Changing/);
    await terminal.press('Esc');
    await terminal.until(screen => !/Changing/.test(screen));
    await quit(terminal);
    expect(
      [...terminal.raw()].filter(char => char > '~' || (char < ' ' && !'\r\n\x1b\b\t'.includes(char))),
    ).toEqual([]);
  });
});

/** SGR parameters that set a colour. */
function coloursIn(raw: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what is looked for
  const codes = [...raw.matchAll(/\x1b\[([\d;]*)m/g)].map(([, code = '']) => code);
  return [...new Set(codes)].filter(code => /(^|;)(3[0-8]|4[0-8]|9[0-7]|10[0-7])(;|$)/.test(code));
}
