import type { Action } from '../action.ts';
import { applyCrds } from './apply-crds.ts';
import { applyManifest } from './apply-manifest.ts';
import { bootstrap } from './bootstrap.ts';
import { clearHelmLock } from './clear-helm-lock.ts';
import { deletePod } from './delete-pod.ts';
import { installFlux } from './install-flux.ts';
import { openWebhook } from './open-webhook.ts';
import { rebuild } from './rebuild.ts';
import { reconcile } from './reconcile.ts';
import { recreateDnsService } from './recreate-dns-service.ts';
import { removeTaint } from './remove-taint.ts';
import { resetHelmrelease } from './reset-helmrelease.ts';
import { restartRollout } from './restart-rollout.ts';
import { resume } from './resume.ts';
import { scaleCoredns } from './scale-coredns.ts';
import { suspend } from './suspend.ts';
import { syncAll } from './sync-all.ts';
import { syncRelease } from './sync-release.ts';
import { forceConflicts, takeOwnership } from './take-over.ts';
import { uncordon } from './uncordon.ts';

/** Every action there is. A new one is one file and one line here. */
export const actions: readonly Action[] = [
  syncRelease,
  syncAll,
  installFlux,
  scaleCoredns,
  restartRollout,
  reconcile,
  resetHelmrelease,
  uncordon,
  deletePod,
  resume,
  suspend,
  clearHelmLock,
  recreateDnsService,
  openWebhook,
  bootstrap,
  rebuild,
  applyManifest,
  applyCrds,
  takeOwnership,
  forceConflicts,
  removeTaint,
];
