import { describe, expect, it } from 'vitest';
import { questionsFor, readAnswers, scriptOf } from '../../src/probes/probe-script.ts';
import { isDnsName, nodesToProbe, targetsIn } from '../../src/probes/targets.ts';
import { snapshotOf } from '../support/snapshot.ts';

const coredns = (name: string, node: string, podIP: string, more: object = {}) => ({
  metadata: { namespace: 'kube-system', name, labels: { 'k8s-app': 'kube-dns' } },
  spec: { nodeName: node, containers: [{ name: 'coredns', image: 'registry.example/coredns:v1.12.1' }] },
  status: { phase: 'Running', podIP },
  ...more,
});
const dnsService = (clusterIP: string) => ({
  metadata: { namespace: 'kube-system', name: 'kube-dns', labels: { 'k8s-app': 'kube-dns' } },
  spec: { clusterIP, ports: [{ port: 53, protocol: 'UDP' }] },
});
const kubernetes = {
  metadata: { namespace: 'default', name: 'kubernetes' },
  spec: { clusterIP: '10.96.0.1' },
};
const corefile = (text: string) => ({
  metadata: { namespace: 'kube-system', name: 'coredns' },
  data: { Corefile: text },
});

const sound = snapshotOf({
  objects: {
    'pods-system': [coredns('coredns-a', 'n1', '10.244.0.2'), coredns('coredns-b', 'n2', '10.244.1.3')],
    'services-system': [dnsService('10.96.0.10')],
    'service-kubernetes': [kubernetes],
    'config-coredns': [corefile('.:53 {\n  errors\n  kubernetes home.arpa.example in-addr.arpa {\n  }\n}\n')],
  },
});

describe('what is asked', () => {
  it('is the domain of the Corefile, of every CoreDNS pod and Service', () => {
    const asks = questionsFor(targetsIn(sound), 'example.com');
    const name = 'kubernetes.default.svc.home.arpa.example.';
    expect(asks.map(({ command }) => command)).toEqual([
      'grep ^nameserver /etc/resolv.conf',
      `nslookup ${name}`,
      `nslookup ${name} 10.96.0.10`,
      `nslookup ${name} 10.244.0.2`,
      'nc -w 3 10.244.0.2 53 -e true',
      `nslookup ${name} 10.244.1.3`,
      'nc -w 3 10.244.1.3 53 -e true',
      'nc -w 3 10.96.0.1 443 -e true',
      'nslookup example.com.',
    ]);
  });

  it('never carries what an object says into the shell unless it is an address or a name', () => {
    const hostile = '10.0.0.1;reboot';
    const targets = targetsIn(
      snapshotOf({
        objects: {
          'pods-system': [coredns('coredns-a', 'n1', hostile)],
          'services-system': [dnsService('$(reboot)')],
          'service-kubernetes': [{ ...kubernetes, spec: { clusterIP: '`reboot`' } }],
          'config-coredns': [corefile('kubernetes a;reboot {\n}')],
        },
      }),
    );
    expect(scriptOf(questionsFor(targets, null))).not.toContain('reboot');
    expect(['example.com', 'a-b.example.com.', 'localhost'].map(isDnsName)).toEqual([true, true, true]);
    expect(['a b', 'a;b', '$(a)', '-e', '', 'a\nb', `a'b`].some(isDnsName)).toBe(false);
  });

  it('asks three CoreDNS pods at most, on as many nodes as it can', () => {
    const pods = ['a', 'b', 'c', 'd'].map((name, index) =>
      coredns(`coredns-${name}`, index < 2 ? 'n1' : 'n2', `10.0.0.${index + 1}`),
    );
    const { dnsPods } = targetsIn(snapshotOf({ objects: { 'pods-system': pods } }));
    expect(dnsPods.map(({ name }) => name)).toEqual(['coredns-a', 'coredns-c', 'coredns-b']);
  });

  it('leaves out pods that end or do not run, and those that are not CoreDNS', () => {
    const { dnsPods, domain, domainKnown } = targetsIn(
      snapshotOf({
        objects: {
          'pods-system': [
            coredns('pending', 'n1', '10.0.0.1', { status: { phase: 'Pending' } }),
            coredns('coredns-autoscaler-1', 'n1', '10.0.0.2', {
              spec: { containers: [{ name: 'a', image: 'autoscaler:1' }] },
            }),
          ],
        },
      }),
    );
    expect(dnsPods).toEqual([]);
    expect([domain, domainKnown]).toEqual(['cluster.local', false]);
  });

  it('takes nodes that speak and are open, with or without a CNI', () => {
    const node = (name: string, ready: string, spec: object = {}, labels: object = {}) => ({
      metadata: { name, labels },
      spec,
      status: { conditions: [{ type: 'Ready', status: ready }] },
    });
    const nodes = [
      node('b', 'False'),
      node('a', 'True'),
      node('dead', 'Unknown'),
      node('shut', 'True', { unschedulable: true }),
      node('win', 'True', {}, { 'kubernetes.io/os': 'windows' }),
    ];
    expect(nodesToProbe(snapshotOf({ objects: { nodes } }))).toEqual(['a', 'b']);
  });
});

describe('what was answered', () => {
  const asks = questionsFor(targetsIn(sound), null);
  const found = 'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\nName:\tx\nAddress: 10.96.0.1\n';
  const log = (outputs: readonly (readonly [string, number])[]) =>
    outputs.map(([output, exit], index) => `ask=${index}\n${output}exit=${exit}\n`).join('');

  it('is read one by one, each with its exit code', () => {
    const answers = readAnswers(
      log([
        ['nameserver 10.96.0.10\n', 0],
        [found, 0],
        [
          `nslookup: write to '10.96.0.10': Connection refused\n;; connection timed out; no servers could be reached\n\n`,
          1,
        ],
        [found, 1],
        ['', 0],
        [';; connection timed out; no servers could be reached\n', 1],
        [`nc: can't connect to remote host (10.244.1.3): Connection refused\n`, 1],
        ['nc: timed out\n', 1],
      ]),
      asks,
      true,
    );
    expect(answers.map(({ question, outcome }) => `${question} ${outcome}`)).toEqual([
      'resolver answered',
      'name-by-resolver answered',
      'name-by-service refused',
      'name-by-pod answered',
      'port-of-pod answered',
      'name-by-pod silent',
      'port-of-pod refused',
      'api-by-service silent',
    ]);
    expect(answers[0]?.said).toBe('10.96.0.10');
  });

  it('is unread where the log ends, where a tool is missing, and where it has no such option', () => {
    const answers = readAnswers(
      `${log([
        ['', 1],
        ['sh: nslookup: not found\n', 127],
      ])}ask=4\nBusyBox v1.1\nUsage: nc [-l]\nexit=1\nask=5\nServer:`,
      asks,
      true,
    );
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['unread']));
  });

  it('takes NXDOMAIN for an answer when the domain was assumed', () => {
    const missing = log([
      ['', 1],
      [`** server can't find x: NXDOMAIN\n`, 1],
    ]);
    expect(readAnswers(missing, asks, false)[1]?.outcome).toBe('answered');
    expect(readAnswers(missing, asks, true)[1]?.outcome).toBe('denied');
  });
});
