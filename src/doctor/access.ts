import { field } from '../text/field.ts';
import { join, type Safe, say } from '../text/safe.ts';
import { type Examined, note, ok, problem, unknown } from './examined.ts';

/** What can be told of a kubeconfig without asking anybody. */
export interface KubeconfigFacts {
  readonly context: Safe;
  readonly server: Safe;
  readonly insecure: boolean;
  readonly files: readonly { readonly path: Safe; readonly mode: number }[];
  readonly way: string;
  /** Epoch ms. */
  readonly certificateExpires: number | null;
  readonly tokenExpires: number | null;
  readonly plugin: { readonly command: Safe; readonly hint: Safe; readonly found: boolean } | null;
}

const DAY = 86_400_000;
const SOON = 30 * DAY;

export function examineKubeconfig(facts: KubeconfigFacts, now: number): readonly Examined[] {
  const { context, server, way } = facts;
  return [
    ok('kubeconfig', say`context ${context}, ${server}, by ${field(way)}`),
    ...filesOf(facts),
    ...(facts.insecure
      ? [
          note(
            'kubeconfig',
            say`the certificate of the server is not checked (insecure-skip-tls-verify)`,
            say`put the cluster's certificate-authority into the kubeconfig`,
          ),
        ]
      : []),
    ...expiry('kubeconfig', say`the client certificate`, facts.certificateExpires, now, renewCertificate),
    ...expiry('kubeconfig', say`the token`, facts.tokenExpires, now, renewToken),
    ...pluginOf(facts),
  ];
}

const renewCertificate = say`get a new kubeconfig: talosctl kubeconfig, kubeadm kubeconfig user, or as the cluster was made`;
const renewToken = say`get a new one: kubectl create token, or log in again`;

function filesOf({ files }: KubeconfigFacts): readonly Examined[] {
  const open = files.filter(({ mode }) => (mode & 0o077) !== 0);
  if (files.length > 0 && open.length === 0)
    return [
      ok(
        'kubeconfig',
        say`only you can read it (${join(
          files.map(file => file.path),
          ', ',
        )})`,
      ),
    ];
  return open.map(({ path, mode }) =>
    note(
      'kubeconfig',
      say`others may read ${path} (mode ${field(mode.toString(8).padStart(3, '0'))})`,
      say`chmod 600 ${path}`,
    ),
  );
}

/** A certificate or token that ends; what does not tell its end is left out. */
export function expiry(
  topic: 'kubeconfig' | 'cluster',
  name: Safe,
  expires: number | null,
  now: number,
  cure: Safe,
): readonly Examined[] {
  if (expires === null) return [];
  const days = Math.floor((expires - now) / DAY);
  if (expires <= now) return [problem(topic, say`${name} has expired`, cure)];
  const left = days > 0 ? say`${days} days` : say`${Math.ceil((expires - now) / 3_600_000)} hours`;
  return [
    expires - now < SOON
      ? note(topic, say`${name} expires in ${left}`, cure)
      : ok(topic, say`${name} is valid for ${left}`),
  ];
}

function pluginOf({ plugin }: KubeconfigFacts): readonly Examined[] {
  if (plugin === null) return [];
  const { command, hint, found } = plugin;
  if (found) return [ok('kubeconfig', say`credentials come from ${command}`)];
  return [
    problem(
      'kubeconfig',
      say`credentials come from ${command}, which is not on the PATH`,
      hint === say`` ? say`install it, or add its folder to PATH` : hint,
    ),
  ];
}

export interface ClusterFacts {
  readonly reached: boolean;
  /** Why not, with its cure; null when it is reached. */
  readonly failure: Safe | null;
  readonly version: Safe | null;
  readonly serverCertificateExpires: number | null;
  /** How far our clock is from the cluster's, ms; null when not known. */
  readonly clockSkew: number | null;
}

const SKEWED_MS = 30_000;

export function examineCluster(facts: ClusterFacts, now: number): readonly Examined[] {
  const { reached, failure, version, clockSkew } = facts;
  if (!reached)
    return [
      problem(
        'cluster',
        failure ?? say`the API server did not answer in time`,
        say`see: groundup check --layer api`,
      ),
    ];
  return [
    ok('cluster', say`the API server answers${version === null ? say`` : say`: ${version}`}`),
    ...expiry(
      'cluster',
      say`the certificate of the API server`,
      facts.serverCertificateExpires,
      now,
      say`renew it: kubeadm certs renew, a restart of k3s, or as the cluster was made`,
    ),
    ...(clockSkew !== null && Math.abs(clockSkew) > SKEWED_MS
      ? [
          note(
            'cluster',
            say`the clocks of this machine and of the cluster are ${Math.round(Math.abs(clockSkew) / 1000)} s apart`,
            say`switch on time synchronisation: tokens and certificates fail with a wrong clock`,
          ),
        ]
      : []),
  ];
}

/** What one use of the cluster needs, and what of it is refused. */
export interface PermissionFacts {
  readonly use: Safe;
  readonly asked: number;
  readonly denied: readonly Safe[];
  readonly unsure: number;
  /** How to get it. */
  readonly cure: Safe;
  /** True when groundup is of no use without it. */
  readonly needed: boolean;
}

export function examinePermissions(facts: readonly PermissionFacts[]): readonly Examined[] {
  return facts.map(({ use, asked, denied, unsure, cure, needed }) => {
    if (denied.length > 0) {
      const more = denied.length > 3 ? say`, and ${denied.length - 3} more` : say``;
      const text = say`${use}: you may not ${join(denied.slice(0, 3), ', ')}${more}`;
      return needed ? problem('permissions', text, cure) : note('permissions', text, cure);
    }
    return unsure > 0
      ? unknown('permissions', say`${use}: ${unsure} of ${asked} questions were not answered`)
      : ok('permissions', say`${use}`);
  });
}
