import { DNS_ADDRESS } from '../seed/charts/coredns.ts';
import type { Json, Stored } from '../world.ts';
import { answersTcp, askDns } from './coredns.ts';
import type { Crash, Life } from './switches.ts';

/** A pod that runs to its end: what it prints, how long it takes (simulated ms), how it exits. */
export interface Program {
  readonly lines: readonly string[];
  readonly exitCode: number;
  readonly takes: number;
}

const HINFO = '4547991504243258144.3688648895315093531.';

/** Why the process of this pod cannot live right now, if so. */
export function crashOf(life: Life, pod: Stored): Crash | undefined {
  for (const [match, crash] of life.switches.crashing) {
    const [label = '', node] = match.split('@');
    const [key = '', value] = label.split('=');
    if (pod.metadata.labels?.[key] === value && (node === undefined || node === pod.spec.nodeName))
      return crash;
  }
  return pod.metadata.labels?.['k8s-app'] === 'kube-dns' ? corefileCrash(life, pod) : undefined;
}

/** CoreDNS ends on a Corefile it cannot read, and on one that forwards to itself. */
function corefileCrash(life: Life, pod: Stored): Crash | undefined {
  const volume = pod.spec.volumes?.find((one: Json) => one.configMap)?.configMap.name;
  const corefile: string =
    life.world.get('/configmaps', pod.metadata.namespace, volume)?.data?.Corefile ?? '';
  const upstream = /forward\s+\.\s+(\S+)/.exec(corefile)?.[1] ?? '';
  if (/\bloop\b/.test(corefile) && (/^127\./.test(upstream) || upstream === DNS_ADDRESS)) {
    const text = `Loop (127.0.0.1:43711 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO ${HINFO}"`;
    return { exitCode: 1, reason: 'Error', log: [`[FATAL] plugin/loop: ${text}`] };
  }
  const unknown = corefile.split('\n').find(line => /^\s*(?:forwrd|kuberntes|cahce)\b/.test(line));
  if (unknown === undefined && corefile.split('{').length === corefile.split('}').length) return undefined;
  const line =
    unknown === undefined ? corefile.split('\n').length : corefile.split('\n').indexOf(unknown) + 1;
  return {
    exitCode: 1,
    reason: 'Error',
    log: [
      `/etc/coredns/Corefile:${line} - Error during parsing: Unknown directive '${unknown?.trim().split(/\s/)[0] ?? '}'}'`,
    ],
  };
}

/** First lines of a process that starts. */
export function startLines(life: Life, pod: Stored): string[] {
  const at = new Date(life.clock.now()).toISOString();
  const labels = pod.metadata.labels ?? {};
  if (labels['k8s-app'] === 'kube-dns')
    return [
      '.:53',
      '[INFO] plugin/reload: Running configuration SHA512 = 591cf328cccc12bc490481273e738df59329c62c0b729d94e8b61db9961c2fa5',
      'CoreDNS-1.12.1',
      'linux/amd64, go1.24.1, 707c7c1',
    ];
  if (labels['k8s-app'] === 'cilium')
    return [
      `time="${at}" level=info msg="Starting Cilium" subsys=daemon`,
      `time="${at}" level=info msg="Cilium API server started" path=/var/run/cilium/cilium.sock subsys=daemon`,
    ];
  if (labels['app.kubernetes.io/part-of'] === 'flux')
    return [
      `{"level":"info","ts":"${at}","logger":"setup","msg":"starting manager"}`,
      `{"level":"info","ts":"${at}","msg":"successfully acquired lease flux-system/${labels.app}-leader-election"}`,
    ];
  return [];
}

/** Pods that run a script, as probes do. */
export function programOf(life: Life, pod: Stored): Program | undefined {
  const { restartPolicy, containers, nodeName } = pod.spec;
  return restartPolicy === 'Never' ? scriptOf(life, containers[0], nodeName) : undefined;
}

const COMMANDS =
  /\becho\s+(?<echo>[^\n;|&>"']+)|nslookup\s+(?:-\S+\s+)*(?<name>[^\s;|&>"']+)(?:\s+(?<server>[\d.]+))?|\bgrep \^(?<grep>nameserver)\b|\bnc -w (?<patience>\d+) (?<host>[\d.]+) (?<port>\d+)/g;

/** What the script of a container prints: questions in it are answered as the cluster would, and `echo` prints. */
export function scriptOf(life: Life, container: Json, node: string): Program {
  const text = [...(container?.command ?? []), ...(container?.args ?? [])].join(' ');
  const lines: string[] = [];
  let exitCode = 0;
  let takes = 800;
  for (const { groups = {} } of text.matchAll(COMMANDS)) {
    const { echo, name, server, grep, patience, host = '', port } = groups;
    if (echo !== undefined) {
      lines.push(echo.trim().replaceAll('$?', String(exitCode)));
      continue;
    }
    const result =
      name !== undefined
        ? nslookup(life, name, server ?? DNS_ADDRESS)
        : grep !== undefined
          ? { lines: [`nameserver ${DNS_ADDRESS}`], exitCode: 0, takes: 0 }
          : connect(life, { host, port: Number(port), node }, Number(patience));
    lines.push(...result.lines);
    exitCode = result.exitCode;
    takes += result.takes;
  }
  return { lines, exitCode, takes };
}

/** Whether a port is open: the DNS port of what answers questions, and that of the API servers. */
function connect(
  life: Life,
  { host, port, node }: { readonly host: string; readonly port: number; readonly node: string },
  patience: number,
): Program {
  const services = life.world.list('/services');
  const api = services.find(
    ({ metadata }) => metadata.namespace === 'default' && metadata.name === 'kubernetes',
  );
  const open =
    port === 53
      ? isRouted(life, host, node) && answersTcp(life, host)
      : port === 443 && host === api?.spec?.clusterIP;
  if (open) return { lines: [], exitCode: 0, takes: 20 };
  return {
    lines: [`nc: ${host} (${host}:${port}): Connection timed out`],
    exitCode: 1,
    takes: patience * 1000,
  };
}

/** A proxy that hangs has written no rules for what came after. */
function isRouted(life: Life, address: string, node: string): boolean {
  const since = life.switches.hungServiceProxies.get(node);
  const service = life.world.list('/services').find(one => one.spec?.clusterIP === address);
  return (
    since === undefined || service === undefined || Date.parse(service.metadata.creationTimestamp) < since
  );
}

/** The output of busybox nslookup: names with a dot are asked as they are. */
export function nslookup(life: Life, name: string, server: string): Program {
  const silence = ';; connection timed out; no servers could be reached';
  if (askDns(life, server) === 'timeout') return { lines: [silence, ''], exitCode: 1, takes: 5000 };
  const head = [`Server:\t\t${server}`, `Address:\t${server}:53`, ''];
  const address = resolve(life, name.replace(/\.$/, ''));
  if (address === undefined) {
    const miss = `** server can't find ${name}: NXDOMAIN`;
    return { lines: [...head, miss, '', miss, ''], exitCode: 1, takes: 50 };
  }
  return {
    lines: [...head, `Name:\t${name.replace(/\.$/, '')}`, `Address: ${address}`, ''],
    exitCode: 0,
    takes: 50,
  };
}

function resolve(life: Life, name: string): string | undefined {
  const [, service, namespace] = /^([\w-]+)\.([\w-]+)\.svc\.cluster\.local$/.exec(name) ?? [];
  if (service !== undefined) return life.world.get('/services', namespace, service)?.spec?.clusterIP;
  const external =
    /\.[a-z]{2,}$/.test(name) &&
    !name.endsWith('.local') &&
    !name.endsWith('.default') &&
    !name.endsWith('.invalid');
  return external ? '140.82.121.4' : undefined;
}
