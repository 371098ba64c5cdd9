import { type Exchange, sendText } from './exchange.ts';

/** Checks behind each health endpoint, in the order they are told. */
const COMMON = [
  'ping',
  'log',
  'etcd',
  'poststarthook/start-apiserver-admission-initializer',
  'poststarthook/generic-apiserver-start-informers',
  'poststarthook/priority-and-fairness-config-consumer',
  'poststarthook/start-apiextensions-informers',
  'poststarthook/start-apiextensions-controllers',
  'poststarthook/crd-informer-synced',
  'poststarthook/rbac/bootstrap-roles',
  'poststarthook/scheduling/bootstrap-system-priority-classes',
  'poststarthook/start-kube-aggregator-informers',
  'poststarthook/apiservice-registration-controller',
  'poststarthook/apiservice-status-available-controller',
  'autoregister-completion',
];
const READY_ONLY = ['etcd-readiness', 'informer-sync', 'shutdown'];

/** `/readyz`, `/livez`, `/healthz`, and one check of them (`/readyz/etcd`); says false for any other path. */
export function health(exchange: Exchange): boolean {
  const { path, query, behaviour } = exchange;
  const [, endpoint = '', ...rest] = path.split('/');
  if (endpoint !== 'readyz' && endpoint !== 'livez' && endpoint !== 'healthz') return false;
  const failing = new Set(behaviour.failingChecks);
  if (endpoint === 'readyz' && failing.has('etcd')) failing.add('etcd-readiness');
  const known = endpoint === 'readyz' ? [...COMMON, ...READY_ONLY] : COMMON;
  const extra = behaviour.failingChecks.filter(check => !known.includes(check));
  const excluded = new Set(query.getAll('exclude'));
  const checks = [...known, ...extra].filter(check => !excluded.has(check));
  const one = rest.join('/');
  if (one && !checks.includes(one)) return false;
  const judged = one ? [one] : checks;
  const bad = judged.some(check => failing.has(check));
  const lines = judged.map(check =>
    failing.has(check) ? `[-]${check} failed: reason withheld` : `[+]${check} ok`,
  );
  const verdict = bad ? 'failed' : 'passed';
  const told = `${lines.join('\n')}\n${endpoint} check ${verdict}\n`;
  if (bad) sendText(exchange, 500, told, 'text/plain; charset=utf-8');
  else sendText(exchange, 200, query.has('verbose') ? told : 'ok', 'text/plain; charset=utf-8');
  return true;
}
