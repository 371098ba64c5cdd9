import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { layerNames } from '../../src/config/context-settings.ts';
import { emptyConfig } from '../../src/config/empty-config.ts';
import { fitsPattern } from '../../src/config/glob.ts';
import { loadConfig } from '../../src/config/load.ts';
import { locateConfig } from '../../src/config/locate.ts';
import { settingsText } from '../../src/config/show.ts';
import { watchConfig } from '../../src/config/watch-config.ts';
import { layerIds } from '../../src/layers/layer.ts';
import { vocabulary } from './vocabulary.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'groundup-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const load = (file: string, isNamed = false) => loadConfig({ file, isNamed }, vocabulary);
const written = (text: string, mode = 0o600): string => {
  const file = join(folder, 'config.yaml');
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
};
const texts = (file: string, isNamed = false) => load(file, isNamed).problems.map(({ text }) => text);

describe('the file', () => {
  it('is --config, else GROUNDUP_CONFIG, else in the XDG folder, else in ~/.config', () => {
    const env = { HOME: '/home/u', GROUNDUP_CONFIG: 'b.yaml', XDG_CONFIG_HOME: '/xdg' };
    expect(locateConfig('a.yaml', env, '/at')).toEqual({ file: '/at/a.yaml', isNamed: true });
    expect(locateConfig(undefined, env, '/at')).toEqual({ file: '/at/b.yaml', isNamed: true });
    expect(locateConfig(undefined, { ...env, GROUNDUP_CONFIG: '' }, '/at').file).toBe(
      '/xdg/groundup/config.yaml',
    );
    const relative = { HOME: '/home/u', XDG_CONFIG_HOME: 'xdg' };
    expect(locateConfig(undefined, relative, '/at').file).toBe('/home/u/.config/groundup/config.yaml');
  });

  it('need not be there, unless somebody named it', () => {
    const file = join(folder, 'none.yaml');
    expect(load(file)).toMatchObject({ isThere: false, problems: [] });
    expect(load(file).settingsFor('x')).toEqual(emptyConfig(file).settingsFor('x'));
    expect(texts(file, true)).toEqual(['does not exist; create it, or leave out what names it']);
    expect(load(file, true).settingsFor('x').context.protected).toBe(true);
  });

  it('is refused when it is large, a folder or unreadable, in one sentence', () => {
    expect(texts(written(`#${'x'.repeat(262_144)}`))).toEqual([
      'is larger than 256 KiB; nothing of it is used',
    ]);
    expect(texts(folder)).toEqual(['is no regular file']);
    if (process.getuid?.() !== 0)
      expect(texts(written('theme: mono', 0o000))).toEqual(['may not be read; see its permissions']);
  });

  it('may be a link, begin with a byte order mark, and end its lines as Windows does', () => {
    const file = written('\uFEFFtheme: mono\r\nascii: true\r\n');
    const link = join(folder, 'link.yaml');
    symlinkSync(file, link);
    expect(load(link)).toMatchObject({ problems: [] });
    expect(load(link).settingsFor('x').screen).toMatchObject({ theme: 'mono', ascii: true });
  });

  it.each([
    ['repository', 'defaults: {repository: /r}'],
    ['env', 'contexts: {x: {env: {A: b}}}'],
    ['notify', 'notify: {debounce: 5s}'],
    ['probe.exec', 'defaults: {probe: {exec: true}}'],
  ])('that everybody can write is not used when it holds %s', (name, text) => {
    const config = load(written(text, 0o666));
    expect(config.problems[0]?.text).toBe(
      `can be written by everybody (chmod o-w), and holds ${name}: nothing of it is used until only you can write it`,
    );
    expect(config.isUnread).toBe(true);
    expect(config.settingsFor('x').context).toMatchObject({ repository: null, env: {}, protected: true });
  });

  it('that everybody can write may still choose colours', () => {
    expect(load(written('theme: light', 0o666)).settingsFor('x').screen.theme).toBe('light');
  });

  it('in a folder that everybody can write to is treated alike', () => {
    const file = written('defaults: {helmfile: h.yaml}');
    chmodSync(folder, 0o777);
    expect(texts(file)[0]).toMatch(/^lies in a folder that everybody can write to, and holds helmfile:/);
  });
});

describe('what is shown of it', () => {
  it('is a configuration that says the same', () => {
    const file = written(`
theme: light
keys: {fix: [w, space], why: F}
notify: {command: [notify-send, "{verdict}"], debounce: 90s}
retention: {runs: 7, logs: 36h}
defaults:
  heal: {actions: [restart-rollout], notBetween: ["22:00-06:00", "sat,sun 08:00-18:00"]}
  cni: {namespace: net, selector: {app: agent}}
  flux: {namespace: gitops}
  probe: {every: 5m, exec: true}
  criticalServices: [media/plex]
  actions:
    - {id: x, title: X, run: [ssh, "{host}"], layer: dns, danger: 3, params: [{name: host, choices: [a, b], default: a}]}
`);
    const first = load(file);
    expect(first.problems).toEqual([]);
    const again = load(written(settingsText(first.settingsFor('homelab'))));
    expect(again.problems).toEqual([]);
    expect(again.settingsFor('homelab')).toEqual(first.settingsFor('homelab'));
  });

  it('masks what may be secret', () => {
    const file = written(`
notify: {webhook: "https://chat.example/T0/s3cret", heartbeat: "https://hc.example/?id=s3cret", command: [curl, "https://x.example/s3cret"]}
defaults: {env: {GH_TOKEN: s3cret, AWS_PROFILE: home}}`);
    const text = settingsText(load(file).settingsFor('x'));
    expect(text).not.toContain('s3cret');
    expect(text).toContain('https://chat.example/***');
    expect(text).toContain('AWS_PROFILE: home');
  });
});

describe('patterns', () => {
  it.each([
    ['homelab', 'homelab', true],
    ['homelab', 'home*', true],
    ['homelab', '*lab', true],
    ['homelab', 'h?melab', true],
    ['homelab', 'home', false],
    ['homelab', '*x*', false],
    ['a/b.c', 'a*c', true],
    ['', '*', true],
    ['', '?', false],
    ['aXbXc', '*X*X*', true],
  ])('%s fits %s: %s', (name, pattern, fits) => {
    expect(fitsPattern(name, pattern)).toBe(fits);
  });

  it('take no time on hostile ones', () => {
    expect(fitsPattern('a'.repeat(500), `${'*a'.repeat(200)}b`)).toBe(false);
  });
});

it('knows the layers by their names', () => {
  expect(layerNames).toEqual(layerIds);
});

describe('watching', () => {
  it('notices a file that appears in a folder that was not there, is replaced, and goes', async () => {
    const file = join(folder, 'deep/er/config.yaml');
    let changes = 0;
    let wake = (): void => {};
    const stop = watchConfig(file, () => {
      changes += 1;
      wake();
    });
    const next = async (what: () => void): Promise<void> => {
      const before = changes;
      const changed = new Promise<void>(done => {
        wake = () => changes > before && done();
      });
      what();
      await changed;
    };
    await next(() => mkdirSync(join(folder, 'deep/er'), { recursive: true }));
    await next(() => writeFileSync(file, 'theme: mono'));
    await next(() => writeFileSync(file, 'theme: light'));
    await next(() => rmSync(file));
    stop();
    expect(changes).toBeGreaterThanOrEqual(4);
  });
});
