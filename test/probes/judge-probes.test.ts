import { describe, expect, it } from 'vitest';
import { judgeProbes } from '../../src/cluster/judge-probes.ts';
import type {
  ProbeAnswer,
  ProbeOutcome,
  ProbeQuestion,
  ProbeResult,
} from '../../src/cluster/probe-results.ts';
import { field } from '../../src/text/field.ts';

const NOW = 1_000_000_000;

function result(id: ProbeResult['id'], more: Partial<ProbeResult> = {}): ProbeResult {
  const target = field(id === 'P6' ? 'k8s-1' : 'kube-system/coredns-1');
  return {
    id,
    target,
    node: field('k8s-1'),
    at: NOW - 1_000,
    ok: true,
    message: field('said so'),
    evidence: [],
    answers: [],
    ...more,
  };
}

function answers(
  outcomes: Partial<Record<ProbeQuestion, ProbeOutcome | readonly ProbeOutcome[]>>,
): ProbeAnswer[] {
  return Object.entries(outcomes).flatMap(([question, given]) =>
    [given].flat().map((outcome, index) => ({
      question: question as ProbeQuestion,
      to: field(`${question}-${index}`),
      outcome: outcome as ProbeOutcome,
      said: field(outcome as string),
    })),
  );
}

const inside = (outcomes: Parameters<typeof answers>[0]) =>
  result('P6', { ok: null, stage: 'answered', answers: answers(outcomes) });
/** The evidence in short: `dns yes`, `pod-network no`, `dns aside`. */
const words = (...results: readonly ProbeResult[]) =>
  judgeProbes(results, NOW).evidence.map(
    ({ layer, works, aside }) => `${layer} ${aside ? 'aside' : works ? 'yes' : 'no'}`,
  );

describe('one probe', () => {
  it.each([
    ['a page by the proxy proves the way to the pod, not DNS', result('P1'), ['pod-network yes']],
    ['no page by the proxy proves nothing', result('P1', { ok: null }), []],
    ['CoreDNS that calls itself not ready is believed', result('P1', { ok: false }), ['dns no']],
    ['an answer by port-forward proves CoreDNS, not the network', result('P2'), ['dns yes']],
    ['no answer by port-forward disproves it', result('P2', { ok: false }), ['dns no']],
    ['a port-forward that is not allowed proves nothing', result('P2', { ok: null }), []],
    ['an agent speaks for the CNI', result('P4', { ok: false }), ['cni no']],
    ['a pod that could not be created proves nothing', result('P6', { ok: null }), []],
    [
      'a kubelet that takes up no pod says nothing of the network',
      result('P6', { ok: false, stage: 'created' }),
      [],
    ],
    [
      'a pod without a network disproves it',
      result('P6', { ok: false, stage: 'scheduled' }),
      ['pod-network no'],
    ],
    [
      'a pod that cannot pull its image proves the network',
      result('P6', { ok: null, stage: 'sandbox' }),
      ['pod-network yes'],
    ],
    [
      'a pod whose log cannot be read proves the network',
      result('P6', { ok: null, stage: 'running' }),
      ['pod-network yes'],
    ],
  ])('%s', (_what, one, expected) => {
    expect(words(one)).toEqual(expected);
  });
});

describe('answers in a pod', () => {
  it.each([
    [
      'all found',
      {
        'name-by-resolver': 'answered',
        'name-by-service': 'answered',
        'name-by-pod': 'answered',
        'api-by-service': 'answered',
      },
      ['pod-network yes', 'dns yes', 'service-discovery yes'],
    ],
    [
      'found at the pods and not at the Service',
      { 'name-by-resolver': 'silent', 'name-by-service': 'silent', 'name-by-pod': 'answered' },
      ['pod-network yes', 'dns yes', 'service-discovery no'],
    ],
    [
      'found at the Service and not at the address that pods are told',
      { 'name-by-resolver': 'silent', 'name-by-service': 'answered', 'name-by-pod': 'answered' },
      ['pod-network yes', 'dns yes', 'service-discovery no'],
    ],
    [
      'one of two CoreDNS pods answers',
      { 'name-by-resolver': 'answered', 'name-by-pod': ['answered', 'silent'] },
      ['pod-network yes', 'dns yes', 'service-discovery yes'],
    ],
    [
      'every CoreDNS pod fails',
      { 'name-by-resolver': 'denied', 'name-by-pod': 'denied' },
      ['pod-network yes', 'dns no'],
    ],
    [
      'every CoreDNS pod is silent, though its port is open',
      { 'name-by-resolver': 'silent', 'name-by-pod': 'silent', 'port-of-pod': 'answered' },
      ['pod-network yes', 'dns no'],
    ],
    [
      'names are found, the API server is not reached',
      { 'name-by-resolver': 'answered', 'name-by-pod': 'answered', 'api-by-service': 'silent' },
      ['pod-network yes', 'dns yes', 'service-discovery yes', 'service-discovery no'],
    ],
    [
      'only a name beyond the cluster fails',
      { 'name-by-resolver': 'answered', 'name-by-pod': 'answered', 'external-name': 'denied' },
      ['pod-network yes', 'dns yes', 'service-discovery yes', 'dns aside'],
    ],
    [
      'nothing could be asked',
      { 'name-by-resolver': 'unread', 'name-by-pod': 'unread' },
      ['pod-network yes'],
    ],
  ] as const)('%s', (_what, outcomes, expected) => {
    expect(words(inside(outcomes))).toEqual(expected);
  });

  it('blame the network when CoreDNS answers on its own node and no reply reaches the pod', () => {
    const cut = inside({
      'name-by-resolver': 'silent',
      'name-by-pod': 'silent',
      'port-of-pod': 'silent',
      'api-by-service': 'silent',
    });
    expect(words(result('P2'), cut)).toEqual(['dns yes', 'pod-network no']);
    expect(judgeProbes([result('P2'), cut], NOW).evidence[1]?.message).toBe(
      'pods on k8s-1 do not reach CoreDNS, which answers when asked on its own node (name-by-pod-0: silent)',
    );
  });

  it('speak for one pod only when a container was added to it', () => {
    const target = field('media/plex');
    const silent = answers({ 'name-by-resolver': 'silent', 'name-by-pod': 'silent' });
    const cut = result('P5', { target, ok: false, answers: silent });
    expect(judgeProbes([result('P2'), cut], NOW).evidence[1]).toMatchObject({
      layer: 'pod-network',
      works: false,
      target,
      node: 'k8s-1',
      message:
        'containers of media/plex on k8s-1 do not reach CoreDNS, which answers when asked on its own node (name-by-pod-0: silent)',
    });
    expect(words(cut)).toEqual(['dns no']);
    const sound = answers({ 'name-by-resolver': 'answered', 'name-by-pod': 'answered' });
    expect(words(result('P5', { target, answers: sound }))).toEqual(['dns yes', 'service-discovery yes']);
    expect(words(result('P5', { target, ok: null }))).toEqual([]);
  });

  it('name both addresses when pods ask the wrong one', () => {
    const wrong = result('P6', {
      stage: 'answered',
      answers: [
        { question: 'resolver', to: field('resolv.conf'), outcome: 'answered', said: field('10.43.0.10') },
        {
          question: 'name-by-resolver',
          to: field('x.'),
          outcome: 'silent',
          said: field('no reply within 5 s'),
        },
        {
          question: 'name-by-service',
          to: field('10.43.7.7'),
          outcome: 'answered',
          said: field('10.43.0.1'),
        },
      ],
    });
    expect(judgeProbes([wrong], NOW).evidence.find(({ works }) => !works)?.message).toBe(
      'pods on k8s-1 ask 10.43.0.10 and get no name, while the Service answers at 10.43.7.7: no reply within 5 s',
    );
  });

  it('say who said it, when, and of which node', () => {
    expect(judgeProbes([inside({ 'name-by-pod': 'answered' })], NOW).evidence[0]).toMatchObject({
      probe: 'P6',
      target: 'k8s-1',
      node: 'k8s-1',
      at: NOW - 1_000,
    });
  });
});

describe('age', () => {
  it('ends what a result is worth after ten minutes', () => {
    expect(words(result('P2', { at: NOW - 600_000 }))).toEqual(['dns yes']);
    expect(words(result('P2', { at: NOW - 600_001 }))).toEqual([]);
  });

  it('lets the newest result for a target count, in whatever order they come', () => {
    const old = result('P2', { at: NOW - 5_000, ok: false });
    expect(words(old, result('P2'))).toEqual(['dns yes']);
    expect(words(result('P2'), old)).toEqual(['dns yes']);
  });

  it('lets the newest agent of a node speak for it, whatever its pod is called', () => {
    const replaced = result('P4', { at: NOW - 5_000, ok: false, target: field('kube-system/cilium-old') });
    expect(words(replaced, result('P4', { target: field('kube-system/cilium-new') }))).toEqual(['cni yes']);
  });

  it('counts each target by itself, in a fixed order', () => {
    const other = result('P2', { target: field('kube-system/coredns-0'), ok: false });
    const one = judgeProbes([result('P2'), other], NOW);
    expect(one).toEqual(judgeProbes([other, result('P2')], NOW));
    expect(one.results.map(({ target }) => target)).toEqual([
      'kube-system/coredns-0',
      'kube-system/coredns-1',
    ]);
  });
});
