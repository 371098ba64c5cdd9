import { BlockList, isIP } from 'node:net';

/**
 * The proxy for a server, as Go programs (kubectl) choose it: `proxy-url` of the cluster, else HTTPS_PROXY or
 * HTTP_PROXY unless NO_PROXY names the host. Loopback never goes through a proxy of the environment.
 */
export function proxyFor(
  server: string,
  proxyUrl: string | undefined,
  env: NodeJS.ProcessEnv,
): string | null {
  if (proxyUrl !== undefined) return proxyUrl;
  const url = new URL(server);
  const chosen =
    url.protocol === 'https:' ? env.HTTPS_PROXY || env.https_proxy : env.HTTP_PROXY || env.http_proxy;
  if (!chosen || exempt(url, env.NO_PROXY ?? env.no_proxy ?? '')) return null;
  return chosen.includes('://') ? chosen : `http://${chosen}`;
}

function exempt(url: URL, rules: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (host === 'localhost' || host === '::1' || host.startsWith('127.')) return true;
  return rules
    .split(',')
    .map(rule => rule.trim().toLowerCase())
    .filter(rule => rule !== '')
    .some(rule => matches(rule, host, port));
}

function matches(rule: string, host: string, port: string): boolean {
  if (rule === '*') return true;
  if (rule.includes('/')) return inRange(rule, host);
  const [name = '', onlyPort] = isIP(rule) ? [rule] : rule.split(':');
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const suffix = name.replace(/^\*?\./, '');
  if (suffix === name) return host === name || host.endsWith(`.${name}`);
  return host.endsWith(`.${suffix}`);
}

function inRange(rule: string, host: string): boolean {
  const [base = '', bits = ''] = rule.split('/');
  const family = isIP(base);
  if (family === 0 || isIP(host) !== family || !/^\d+$/.test(bits)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  try {
    list.addSubnet(base, Number(bits), type);
  } catch {
    return false;
  }
  return list.check(host, type);
}
