import { apiServerSignatures } from './api-server.ts';
import { cniSignatures } from './cni.ts';
import { dnsSignatures } from './dns.ts';
import { gitopsSignatures } from './gitops.ts';
import { helmSignatures } from './helm.ts';
import { nodeSignatures } from './nodes.ts';
import type { Signature } from './signature.ts';
import { workstationSignatures } from './workstation.ts';

/** Every failure text that groundup knows, by id. */
export const signatures: ReadonlyMap<string, Signature> = new Map(
  [
    ...apiServerSignatures,
    ...nodeSignatures,
    ...cniSignatures,
    ...dnsSignatures,
    ...gitopsSignatures,
    ...helmSignatures,
    ...workstationSignatures,
  ]
    .toSorted((a, b) => a.id.localeCompare(b.id))
    .map(entry => [entry.id, entry]),
);
