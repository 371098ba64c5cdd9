import type { ProbeAnswer, ProbeQuestion } from '../cluster/probe-results.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { readLookup } from './nslookup.ts';
import type { Targets } from './targets.ts';

/** A question of the probe pod: a command of busybox, and what it is about. */
export interface Ask {
  readonly question: ProbeQuestion;
  readonly to: Safe;
  readonly command: string;
}

const LONGEST_LOG = 64 * 1024;

/** How long what routes Services is given to learn of a new one, in seconds: it collects changes before it writes them. */
const FRESH_S = 15;

/** Asks for a Service that did not exist before; last, because it waits for as long as it is not answered. */
export function freshQuestion(address: string): Ask {
  const to = field(address);
  const until = `t=$(($(date +%s)+${FRESH_S}))`;
  const tries = `until nc -w 2 ${to} 53 -e true; do [ $(date +%s) -lt $t ] || exit 1; sleep 1; done`;
  return { question: 'fresh-service', to: say`${to}:53`, command: `(${until}; ${tries})` };
}

/**
 * What a pod asks, most telling first: names by the resolver that it was given, by the Service, and by each CoreDNS pod
 * itself, then ports. No ping: without NET_RAW it fails on a sound network. Names end with a dot, or search paths blur the answer.
 */
export function questionsFor(targets: Targets, external: string | null): readonly Ask[] {
  const name = `kubernetes.default.svc.${targets.domain}.`;
  const asks: Ask[] = [
    { question: 'resolver', to: say`/etc/resolv.conf`, command: 'grep ^nameserver /etc/resolv.conf' },
    { question: 'name-by-resolver', to: field(name), command: `nslookup ${name}` },
  ];
  if (targets.dnsService !== null) {
    const to = field(targets.dnsService);
    asks.push({ question: 'name-by-service', to, command: `nslookup ${name} ${to}` });
  }
  for (const { address } of targets.dnsPods) {
    const to = field(address);
    asks.push({ question: 'name-by-pod', to, command: `nslookup ${name} ${to}` });
    asks.push({ question: 'port-of-pod', to: say`${to}:53`, command: `nc -w 3 ${to} 53 -e true` });
  }
  if (targets.apiService !== null) {
    const to = field(targets.apiService);
    asks.push({ question: 'api-by-service', to: say`${to}:443`, command: `nc -w 3 ${to} 443 -e true` });
  }
  if (external !== null)
    asks.push({ question: 'external-name', to: field(external), command: `nslookup ${external}.` });
  return asks;
}

/** One script for `sh -c`: each answer stands between `ask=N` and `exit=CODE`. */
export function scriptOf(asks: readonly Ask[]): string {
  const lines = asks.map(({ command }, index) => `echo ask=${index}\n${command}\necho exit=$?`);
  return ['exec 2>&1', ...lines, 'echo done', 'true'].join('\n');
}

/** Reads the log of the script. What is missing or cut off is `unread`. */
export function readAnswers(log: string, asks: readonly Ask[], domainKnown: boolean): readonly ProbeAnswer[] {
  const sections = new Map<number, { readonly output: string; readonly exit: number }>();
  for (const part of log.slice(0, LONGEST_LOG).split(/^ask=/m).slice(1)) {
    const [, index, output, exit] = /^(\d{1,3})\r?\n([\s\S]*?)^exit=(\d{1,3})\s*$/m.exec(part) ?? [];
    if (index !== undefined) sections.set(Number(index), { output: output ?? '', exit: Number(exit) });
  }
  return asks.map(({ question, to, command }, index) => {
    const section = sections.get(index);
    if (section === undefined) return { question, to, outcome: 'unread', said: say`not answered` };
    const { output, exit } = section;
    if (exit === 127) return { question, to, outcome: 'unread', said: field(output.trim().slice(0, 200)) };
    if (question === 'resolver') return { question, to, ...resolver(output) };
    if (question === 'fresh-service')
      return { question, to, ...port(output, exit, say`no connection within ${FRESH_S} s`) };
    if (command.startsWith('nc ')) return { question, to, ...port(output, exit) };
    const { outcome, said } = readLookup(output);
    const isMiss = said === 'NXDOMAIN' && question !== 'external-name' && !domainKnown;
    return { question, to, outcome: isMiss ? 'answered' : outcome, said };
  });
}

function resolver(output: string): Pick<ProbeAnswer, 'outcome' | 'said'> {
  const servers = [...output.matchAll(/^nameserver\s+(\S{2,45})/gm)].map(([, address]) => address);
  const said = field(servers.slice(0, 3).join(' '));
  return { outcome: servers.length > 0 ? 'answered' : 'unread', said };
}

function port(
  output: string,
  exit: number,
  silence = say`no connection within 3 s`,
): Pick<ProbeAnswer, 'outcome' | 'said'> {
  const said = field(output.trim().split('\n').at(-1)?.slice(0, 200) ?? '');
  if (exit === 0) return { outcome: 'answered', said: say`open` };
  if (/refused/i.test(output)) return { outcome: 'refused', said: say`connection refused` };
  if (/usage:|invalid option|unrecognized/i.test(output)) return { outcome: 'unread', said };
  return { outcome: 'silent', said: said === '' ? silence : said };
}
