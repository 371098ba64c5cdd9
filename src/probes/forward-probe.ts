import { randomInt } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { ProbeAnswer, ProbeQuestion, ProbeResult } from '../cluster/probe-results.ts';
import { deadline } from '../kube/abort.ts';
import type { ForwardPort } from '../kube/port-forward.ts';
import { field } from '../text/field.ts';
import { join, type Safe, say } from '../text/safe.ts';
import { decodeAnswer, encodeQuestion, wholeMessage } from './dns-message.ts';
import type { Asking } from './probe-options.ts';
import type { DnsPod, Targets } from './targets.ts';

/**
 * P2: asks a CoreDNS pod three names over TCP through a port-forward. The kubelet connects inside the pod, so this tells
 * of CoreDNS alone: it works while the pod network is down, and says nothing about it.
 */
export async function probeByForward(
  asking: Asking,
  forward: ForwardPort,
  pod: DnsPod,
  { domain, domainKnown }: Targets,
): Promise<ProbeResult> {
  const started = performance.now();
  const ask = (question: ProbeQuestion, name: string) => askName(asking, forward, pod, question, name);
  const own = relax(await ask('name-by-pod', `kubernetes.default.svc.${domain}.`), domainKnown);
  const latencyMs = Math.round(performance.now() - started);
  const answers = [own];
  if (isReply(own)) answers.push(await ask('missing-name', `no-such-name.groundup-probe.svc.${domain}.`));
  if (isReply(own) && asking.external !== null)
    answers.push(await ask('external-name', `${asking.external}.`));
  const name = say`${pod.namespace}/${pod.name}`;
  return {
    id: 'P2',
    target: name,
    node: pod.node,
    at: asking.now(),
    ok: own.outcome === 'unread' ? null : own.outcome === 'answered',
    message:
      own.outcome === 'answered'
        ? say`${name} answers DNS: ${own.said}`
        : own.outcome === 'unread'
          ? say`${name} could not be asked: ${own.said}`
          : say`${name} does not answer DNS: ${own.said}`,
    latencyMs,
    evidence: answers.map(({ to, said }) => say`${to}: ${said}`),
    answers,
  };
}

function isReply({ outcome }: ProbeAnswer): boolean {
  return outcome === 'answered' || outcome === 'denied';
}

/** Where the cluster's domain is only assumed, "no such name" is an answer of a nameserver that works. */
function relax(answer: ProbeAnswer, domainKnown: boolean): ProbeAnswer {
  const isMiss = answer.outcome === 'denied' && answer.said === 'NXDOMAIN';
  return isMiss && !domainKnown ? { ...answer, outcome: 'answered' } : answer;
}

/** One connection for one question: a server may close it after its answer. */
async function askName(
  { limits, signal }: Asking,
  forward: ForwardPort,
  pod: DnsPod,
  question: ProbeQuestion,
  name: string,
): Promise<ProbeAnswer> {
  const to = field(name);
  const limit = deadline(limits.request * 2, signal);
  try {
    const opened = await forward({ namespace: pod.namespace, pod: pod.name, port: 53 }, limit.signal);
    if (!opened.ok) return { question, to, outcome: 'unread', said: opened.message };
    const late = deadline(limits.request, limit.signal);
    try {
      return { question, to, ...(await exchange(opened.stream, name, question, late.signal)) };
    } finally {
      late.done();
      opened.stream.destroy();
    }
  } finally {
    limit.done();
  }
}

type Heard = Pick<ProbeAnswer, 'outcome' | 'said'>;

async function exchange(
  stream: Duplex,
  name: string,
  question: ProbeQuestion,
  signal: AbortSignal,
): Promise<Heard> {
  const id = randomInt(0x10000);
  const stop = (): void => void stream.destroy();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    stream.write(encodeQuestion(id, name));
    let bytes: Buffer = Buffer.alloc(0);
    for await (const chunk of stream) {
      bytes = Buffer.concat([bytes, chunk as Buffer]);
      const message = wholeMessage(bytes);
      if (message === null) continue;
      const answer = decodeAnswer(message);
      if (answer === null || answer.id !== id) return { outcome: 'denied', said: say`not a DNS answer` };
      return heard(answer, question);
    }
    return { outcome: 'silent', said: say`the connection was closed without an answer` };
  } catch (error) {
    return unheard(error, signal);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The response codes of DNS that have a name worth knowing. */
const codes: Readonly<Record<number, Safe>> = {
  1: say`FORMERR`,
  2: say`SERVFAIL`,
  3: say`NXDOMAIN`,
  4: say`NOTIMP`,
  5: say`REFUSED`,
};

function heard(
  { code, addresses }: NonNullable<ReturnType<typeof decodeAnswer>>,
  question: ProbeQuestion,
): Heard {
  const said =
    code !== 0
      ? (codes[code] ?? say`response code ${code}`)
      : addresses.length === 0
        ? say`no address`
        : join(
            addresses.slice(0, 4).map(one => field(one)),
            ' ',
          );
  const isWanted = question === 'missing-name' ? code === 3 : code === 0 && addresses.length > 0;
  return { outcome: isWanted ? 'answered' : 'denied', said };
}

function unheard(error: unknown, signal: AbortSignal): Heard {
  if (signal.aborted) return { outcome: 'silent', said: say`no answer in time` };
  const said = error instanceof Error ? error.message : '';
  if (/connection refused/i.test(said)) return { outcome: 'refused', said: say`nobody listens on port 53` };
  return { outcome: 'unread', said: field(said.slice(0, 300)) };
}
