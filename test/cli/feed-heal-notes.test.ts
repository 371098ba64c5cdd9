import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { feedHealNotes } from '../../src/cli/feed-heal-notes.ts';
import { auditHealing } from '../../src/runs/audit.ts';
import { initialState } from '../../src/store/app-state.ts';
import { createAppStore } from '../../src/store/store.ts';
import { field } from '../../src/text/field.ts';
import { calm, NOW } from '../ui/fixtures/story.ts';

test('gives the monitor what self-healing of this cluster left to people, on the clock of the cluster', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'groundup-notes-'));
  const store = createAppStore(initialState(calm.mode));
  const stop = feedHealNotes(store, stateDir);
  onTestFinished(() => {
    stop();
    rmSync(stateDir, { recursive: true, force: true });
  });
  const cluster = calm.world.model?.diagnosis.cluster;
  if (cluster === undefined) throw new Error('the story has no cluster');
  const note = (uid: string | null, detail: string) =>
    auditHealing(stateDir, {
      at: NOW,
      cluster: { ...cluster, uid: uid === null ? null : field(uid) },
      root: 'dns',
      event: 'needs a human',
      detail,
    });
  await note(cluster.uid, 'scope: scale-coredns is not opted in');
  await note('another', 'scope: elsewhere');
  appendFileSync(join(stateDir, 'audit.jsonl'), 'no JSON\n');
  store.setState({ world: { ...calm.world, skew: 5_000 } });
  const text = 'self-healing left it to people: scale-coredns is not opted in';
  await vi.waitFor(() => expect(store.getState().healNotes).toEqual([{ at: NOW + 5_000, text }]));

  await note(cluster.uid, 'attempts: 5 repairs in a day are enough');
  store.setState({ healing: { state: 'human', why: null, remedy: null, until: null } });
  await vi.waitFor(() => expect(store.getState().healNotes?.length).toBe(2));
});
