import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ObjectReader, objectReader } from '../../src/cli/object-reader.ts';
import { objectYaml } from '../../src/cli/object-yaml.ts';
import { everything, except } from '../../src/simulator/api/access.ts';
import { logKey } from '../../src/simulator/api/pod-logs.ts';
import { initialState } from '../../src/store/app-state.ts';
import { askedLog, askedReading } from '../../src/store/looking.ts';
import { type AppStore, createAppStore } from '../../src/store/store.ts';
import { openScene, type Scene } from '../scenarios/simulated.ts';
import { mode, ref } from '../ui/fixtures/story.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
  await scene.until('healthy', ({ verdict }) => verdict === 'healthy');
});
afterAll(() => scene.close());

interface Desk {
  readonly store: AppStore;
  readonly reader: ObjectReader;
}

function deskOn({ cluster }: Pick<Scene, 'cluster'>): Desk {
  const store = createAppStore(initialState(mode));
  const reader = objectReader({
    cluster,
    publish: change => store.setState(change),
    secrets: () => [],
    stateDir: '/nonexistent',
    now: Date.now,
  });
  return { store, reader };
}

/** Waits until the store holds what is looked for; fails with what it holds. */
async function until<T>(
  store: AppStore,
  what: (state: ReturnType<AppStore['getState']>) => T | undefined | false,
): Promise<T> {
  const deadline = performance.now() + 40_000;
  for (;;) {
    const found = what(store.getState());
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) {
      const { reading, podLog } = store.getState();
      throw new Error(`not within 40 s: ${JSON.stringify({ reading, podLog }).slice(0, 2_000)}`);
    }
    await new Promise(wake => setTimeout(wake, 20));
  }
}

async function read({ store, reader }: Desk, about: ReturnType<typeof ref>) {
  store.setState({ reading: askedReading(about, Date.now()) });
  reader.perform({ kind: 'read-object', ref: about });
  return until(store, ({ reading }) => reading !== null && reading.state !== 'asking' && reading);
}

function follow({ store, reader }: Desk, about: ReturnType<typeof ref>, previous = false): void {
  store.setState({ podLog: askedLog(about, { previous }) });
  reader.perform({ kind: 'follow-log', ref: about, container: null, previous });
}

const coredns = ref('Deployment', 'kube-system', 'coredns');

describe('an object read on demand', () => {
  it('comes as YAML without managed fields, with its pods', async () => {
    const desk = deskOn(scene);
    const { yaml, kind } = await read(desk, coredns);
    expect(kind).toBe('deployments');
    expect(yaml).toContain('kind: Deployment');
    expect(yaml.join('\n')).not.toContain('managedFields');
    const pods = await until(desk.store, ({ reading }) => (reading?.pods.length ?? 0) > 0 && reading?.pods);
    expect(pods.map(({ metadata }) => metadata.name.startsWith('coredns-'))).toEqual([true, true]);
  });

  it('never gives the values of a Secret', async () => {
    const { yaml, state } = await read(deskOn(scene), ref('Secret', 'flux-system', 'sops-age'));
    expect(state).toBe('read');
    expect(yaml.join('\n')).toMatch(/age\.agekey: <\d+ bytes>/);
    expect(yaml.join('\n')).not.toContain('AGE-SECRET-KEY');
  });

  it('finds a kind that is not watched, and says when a kind is not served', async () => {
    const found = await read(deskOn(scene), ref('ServiceAccount', 'kube-system', 'default'));
    expect(found.state === 'read' ? found.yaml.join('\n') : found.message).toMatch(
      /kind: ServiceAccount|is gone/,
    );
    const absent = await read(deskOn(scene), ref('Gadget', 'default', 'x'));
    expect(absent.message).toBe('The API server serves no kind Gadget: its definition may be gone.');
  });

  it('says that an object is gone', async () => {
    const { message } = await read(deskOn(scene), ref('DaemonSet', 'kube-system', 'nothing'));
    expect(message).toBe('DaemonSet kube-system/nothing is gone: the API server has none of that name.');
  });

  it('drops an answer that comes after one has looked away', async () => {
    const desk = deskOn(scene);
    const other = ref('Deployment', 'kube-system', 'cilium-operator');
    desk.reader.perform({ kind: 'read-object', ref: coredns });
    await read(desk, other);
    expect(desk.store.getState().reading?.ref).toEqual(other);
    desk.reader.close();
  });

  it('names the verb that is not permitted', async () => {
    const admin = everything();
    const limited = await openScene({
      as: except(admin, [{ verbs: ['get', 'list'], groups: [''], resources: ['secrets', 'pods/log'] }]),
    });
    try {
      const desk = deskOn(limited);
      const { message } = await read(desk, ref('Secret', 'flux-system', 'sops-age'));
      expect(message).toContain('may not get secrets in the namespace flux-system');
      follow(desk, coredns);
      const log = await until(desk.store, ({ podLog }) => podLog?.state === 'failed' && podLog);
      expect(log.message).toContain('may not get pods/log in the namespace kube-system');
    } finally {
      await limited.close();
    }
  });
});

describe('a log that is followed', () => {
  const keyOf = (name: string): string => logKey('kube-system', name, 'coredns');

  it('is that of a pod of the workload, goes on as lines come, and is redacted and bounded', async () => {
    const desk = deskOn(scene);
    follow(desk, coredns);
    const log = await until(
      desk.store,
      ({ podLog }) => podLog?.state === 'open' && podLog.pod !== null && podLog,
    );
    expect(log.container).toBe('coredns');
    const name = log.pod?.name ?? '';
    const { logs } = scene.simulated.behaviour;
    const before = logs.get(keyOf(name)) ?? [];
    logs.set(keyOf(name), [...before, 'token=hunter2secret \u001b[2J and more']);
    const [line] = await until(desk.store, ({ podLog }) => {
      const found = podLog?.lines.filter(({ text }) => text.includes('and more'));
      return found !== undefined && found.length > 0 && found;
    });
    expect(line?.text).not.toContain('hunter2secret');
    expect(line?.text).not.toContain('\u001b');
    expect(line?.at).not.toBeNull();
    logs.set(keyOf(name), [
      ...(logs.get(keyOf(name)) ?? []),
      ...Array.from({ length: 3_000 }, (_, i) => `flood ${i}`),
    ]);
    const flooded = await until(
      desk.store,
      ({ podLog }) => podLog?.lines.at(-1)?.text === 'flood 2999' && podLog,
    );
    expect(flooded.lines).toHaveLength(2_000);
    expect(flooded.dropped).toBeGreaterThan(1_000);
    desk.reader.perform({ kind: 'close-log' });
  });

  it('writes nothing more once it is closed', async () => {
    const desk = deskOn(scene);
    follow(desk, coredns);
    const { pod } = await until(desk.store, ({ podLog }) => podLog?.state === 'open' && podLog);
    desk.reader.perform({ kind: 'close-log' });
    let writes = 0;
    desk.store.subscribe(() => writes++);
    const { logs } = scene.simulated.behaviour;
    logs.set(keyOf(pod?.name ?? ''), [...(logs.get(keyOf(pod?.name ?? '')) ?? []), 'late']);
    // Another log that arrives proves that time enough has passed for the late line.
    const second = deskOn(scene);
    follow(second, coredns);
    await until(second.store, ({ podLog }) => (podLog?.lines ?? []).some(({ text }) => text === 'late'));
    second.reader.close();
    expect(writes).toBe(0);
  });

  it('says that a container was never restarted, or that there is nothing with a log', async () => {
    const desk = deskOn(scene);
    follow(desk, coredns, true);
    const none = await until(desk.store, ({ podLog }) => podLog?.state === 'failed' && podLog);
    expect(none.message).toBe('this container has not been restarted: there is no previous run');
    follow(desk, ref('Deployment', 'kube-system', 'nothing'));
    const gone = await until(
      desk.store,
      ({ podLog }) => podLog?.state === 'failed' && podLog?.message?.includes('gone') && podLog,
    );
    expect(gone.message).toBe(
      'Deployment kube-system/nothing is gone: the API server has none of that name.',
    );
  });
});

describe('YAML that is shown', () => {
  it('hides what was applied, values of variables with telling names, and shapes of secrets', () => {
    const { lines } = objectYaml({
      kind: 'Pod',
      metadata: {
        name: 'p',
        managedFields: [{ manager: 'kubectl' }],
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"a":"c2VjcmV0"}}' },
      },
      spec: {
        containers: [
          {
            name: 'c',
            env: [
              { name: 'DB_PASSWORD', value: 'hunter2' },
              { name: 'MODE', value: 'fast' },
            ],
          },
        ],
      },
      status: { message: 'login with password=hunter2 failed' },
    });
    const text = lines.join('\n');
    expect(text).not.toMatch(/hunter2|c2VjcmV0|manager/);
    expect(text).toContain('value: <7 bytes>');
    expect(text).toContain('value: fast');
  });

  it('counts the bytes of a Secret as they are, not as they are written', () => {
    const { lines } = objectYaml({ kind: 'Secret', data: { key: 'c2VjcmV0' }, stringData: { plain: 'é' } });
    expect(lines).toEqual(['kind: Secret', 'data:', '  key: <6 bytes>', 'stringData:', '  plain: <2 bytes>']);
  });

  it('is bounded, and no control character survives', () => {
    const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`k${i}`, i]));
    const { lines, cut } = objectYaml({ kind: 'ConfigMap', data: { ...many, evil: 'a\u001b[2Jb' } });
    expect(lines).toHaveLength(2_000);
    expect(cut).toBe(1_003);
    const shown = objectYaml({ evil: 'a\u001b[2J\u202eb' }).lines.join('\n');
    for (const hidden of ['\u001b', '\u202e']) expect(shown).not.toContain(hidden);
  });
});
