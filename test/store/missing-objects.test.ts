import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { LayerId } from '../../src/layers/layer.ts';
import { FAULTS } from '../../src/simulator/faults/index.ts';
import { type AppState, initialState } from '../../src/store/app-state.ts';
import { askedReading } from '../../src/store/looking.ts';
import { objectFacts, shownWord } from '../../src/store/select/object-facts.ts';
import { objectRows } from '../../src/store/select/objects.ts';
import { receive } from '../../src/store/updates.ts';
import { field } from '../../src/text/field.ts';
import { worldSnapshot } from '../diagnosis/world-snapshot.ts';
import { manualCluster } from '../simulator/controllers/manual-cluster.ts';
import { mode, modelOf, NOW, ref } from '../ui/fixtures/story.ts';

/** What the monitor knows minutes after a fault of the simulation. */
function stateAfter(name: string, layer: LayerId): AppState {
  const cluster = manualCluster();
  cluster.advance(20);
  FAULTS.find(fault => fault.name === name)?.apply(cluster);
  cluster.advance(300);
  const snapshot = worldSnapshot(cluster);
  cluster.stop();
  const model = { ...modelOf(diagnose(snapshot)), snapshot };
  const state = receive(initialState(mode), { model });
  return { ...state, view: { ...state.view, layer } };
}

const instance = ref('FluxInstance', 'flux-system', 'flux');

describe('an object that is not there', () => {
  it.each([
    ['cni-gone', 'cni', 'DaemonSet kube-system/cilium'],
    ['dns-service-gone', 'service-discovery', 'Service kube-system/kube-dns'],
    ['flux-instance-gone', 'flux', 'FluxInstance flux-system/flux'],
  ] as const)('is the first of the list after %s, as missing', (fault, layer, named) => {
    const [first, ...others] = objectRows(stateAfter(fault, layer)).map(row => ({
      name: `${row.ref.kind} ${row.ref.namespace}/${row.ref.name}`,
      word: row.word,
      tone: row.tone,
    }));
    expect(first).toEqual({ name: named, word: 'missing', tone: 'bad' });
    expect(others.map(({ name }) => name)).not.toContain(named);
  });

  it('counts for controllers that went with their instance, too', () => {
    const gone = objectRows(stateAfter('flux-instance-gone', 'flux')).filter(row => row.word === 'missing');
    expect(gone.map(row => row.ref.name)).toEqual(
      expect.arrayContaining(['flux', 'source-controller', 'kustomize-controller']),
    );
  });

  it('passes the filter like the others', () => {
    const state = stateAfter('cni-gone', 'cni');
    const filtered = (filter: string) => objectRows({ ...state, view: { ...state.view, filter } });
    expect(filtered('daemonset kube-system/cilium').map(row => row.word)).toContain('missing');
    expect(filtered('operator').map(row => row.word)).not.toContain('missing');
  });

  it('says in full that it does not exist, what is known of it, and who removed it', () => {
    const state = stateAfter('flux-instance-gone', 'flux');
    expect(shownWord(state, instance)).toMatchObject({ word: 'missing', tone: 'bad' });
    const removal = state.world.model?.diagnosis.root?.whys.at(-1);
    const texts = objectFacts(state, instance).map(({ text }) => text);
    expect(texts[0]).toMatch(/^does not exist/);
    expect(texts).not.toContain('asking the API server for it');
    if (state.world.model?.diagnosis.root?.cause == null)
      expect(texts.join(' ')).toContain('only the audit log of the API server can tell who removed it');
    else expect(texts).toContain(removal?.answer);
  });

  it('names who removed it when the records tell', () => {
    const state = stateAfter('cni-gone', 'cni');
    const model = state.world.model;
    const root = model?.diagnosis.root;
    if (model == null || root == null) throw new Error('the fault has a root');
    const told = { ...root, cause: field('pruned by Flux') };
    const seen = receive(state, { model: { ...model, diagnosis: { ...model.diagnosis, root: told } } });
    const facts = objectFacts(seen, ref('DaemonSet', 'kube-system', 'cilium')).map(({ text }) => text);
    expect(facts).toContain(root.whys.at(-1)?.answer);
    expect(facts.join(' ')).not.toContain('audit log of the API server can tell');
  });

  it('is believed over what was read of it before, and over nothing that is there', () => {
    const state = stateAfter('cni-gone', 'cni');
    const cilium = ref('DaemonSet', 'kube-system', 'cilium');
    const object = { metadata: { name: field('cilium'), namespace: field('kube-system'), uid: field('u') } };
    const reading = { ...askedReading(cilium, NOW), state: 'read', object } as AppState['reading'];
    expect(objectFacts({ ...state, reading }, cilium)[0]?.text).toMatch(/^does not exist/);
    const operator = ref('Deployment', 'kube-system', 'cilium-operator');
    expect(objectFacts(state, operator)[0]?.text).not.toMatch(/does not exist/);
  });

  it('is not told of the past, whose objects are not remembered', () => {
    const state = stateAfter('cni-gone', 'cni');
    expect(objectRows({ ...state, view: { ...state.view, asOf: NOW } }).map(row => row.word)).not.toContain(
      'missing',
    );
  });
});
