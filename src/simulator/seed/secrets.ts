import type { Json } from '../world.ts';
import { secret } from './builders.ts';
import { madeBy } from './git-tree.ts';

/** Made-up keys: they open nothing outside of the simulation. */
export const DEPLOY_KEY = 'simulated deploy key';
export const AGE_KEY = 'simulated age key';

/** The Secrets the bootstrap puts into the Flux namespace before Flux starts. */
export function bootstrapSecrets(): Json[] {
  return [
    secret('sops-age', 'flux-system', { 'age.agekey': `# created: 2025-01-04T10:12:44Z\n${AGE_KEY}\n` }),
    secret(
      'cluster-secrets',
      'flux-system',
      { SECRET_DOMAIN: 'home.example', CLUSTER_NAME: 'homelab' },
      madeBy('cluster-meta'),
    ),
    secret('flux-system', 'flux-system', {
      identity: DEPLOY_KEY,
      'identity.pub': 'ssh-ed25519 AAAA simulated',
      known_hosts: 'github.com ssh-ed25519 AAAA',
    }),
  ];
}
