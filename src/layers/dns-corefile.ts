import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';

/** What a Corefile may hold in a stock build of CoreDNS. */
const directives = new Set(
  (
    'acl any auto autopath azure bind bufsize cache cancel chaos clouddns debug dns64 dnssec dnstap erratic errors etcd ' +
    'fallback file forward geoip grpc grpc_server header health hosts https https3 import k8s_external kubernetes ' +
    'loadbalance local log loop metadata minimal multisocket nomad nsid pprof prometheus quic ready records reload ' +
    'rewrite root route53 secondary sign template timeouts tls trace transfer tsig view whoami'
  ).split(' '),
);

/** A fault in a Corefile, with the known text that CoreDNS would write about it. */
export interface CorefileFault {
  readonly signature: 'S40' | 'S43';
  readonly message: Safe;
}

/**
 * What in a Corefile explains that CoreDNS ends at once; null when nothing is seen. Only asked while it crashes:
 * a build with further plugins may know directives that this list does not.
 */
export function corefileFault(corefile: Safe): CorefileFault | null {
  if (corefile.includes('…[+')) return null;
  const broken = syntaxFault(corefile);
  if (broken !== null) return { signature: 'S43', message: broken };
  const loop = /(?:^|↵)\s*forward \. [^↵]{0,200}?(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1)(?=[\s↵:]|$)/.exec(
    corefile,
  );
  if (loop === null || !/(?:^|↵)\s*loop\s*(?:↵|$)/.test(corefile)) return null;
  return {
    signature: 'S40',
    message: say`the Corefile forwards to ${field(loop[1])}, which is CoreDNS itself`,
  };
}

function syntaxFault(corefile: Safe): Safe | null {
  let depth = 0;
  for (const [index, line] of corefile.split('↵').entries()) {
    const words = line
      .replace(/(?:^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    const [first = ''] = words;
    if (depth === 1 && /^[a-z]/.test(first) && !directives.has(first)) {
      return say`Corefile line ${index + 1}: unknown directive ${field(first)}`;
    }
    depth += count(words, '{') - count(words, '}');
    if (depth < 0) return say`Corefile line ${index + 1}: a closing brace without an opening one`;
  }
  return depth === 0 ? null : say`Corefile: ${depth} opening brace without a closing one`;
}

function count(words: readonly string[], brace: string): number {
  return words.filter(word => word === brace || (brace === '{' && word.endsWith('{') && word !== '{')).length;
}
