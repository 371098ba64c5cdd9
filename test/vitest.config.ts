import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Rooms of pure rules and small parts: their files share a worker, which spares them loading the same modules again. */
const SMALL = [
  'bench',
  'cluster',
  'config',
  'diagnosis',
  'doctor',
  'drills',
  'kube',
  'layers',
  'notify',
  'probes',
].concat([
  'recorder',
  'recovery',
  'report',
  'signatures',
  'store',
  'terminal',
  'text',
  'tidy',
  'tools',
  'ui',
]);
/** What plays whole stories takes longest and begins first, so that no worker is left alone with one at the end. */
const STORIES = ['scenarios', 'e2e', 'cli', 'manifests'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isStory = ({ moduleId }: TestSpecification) =>
      STORIES.some(one => moduleId.includes(`/test/${one}/`));
    return [...sorted.filter(isStory), ...sorted.filter(file => !isStory(file))];
  }
}

/** Played by `npm run test:faults`, in full: together they take longer than all the rest may. */
const elsewhere = [
  'test/faults/{answers,apart,credentials,identity,kinds,objects,reach}.test.ts',
  'test/faults-terminal/**',
  'test/hostile/{errors,files,processes,secrets,streams}.test.ts',
  'test/e2e/every-fault.test.ts',
  'test/cli/drill.test.ts',
];

const common = {
  env: { COLUMNS: '120', LINES: '40', CI: '', NO_COLOR: '' },
  // Generous: what has to be quick is measured by the bench, and a busy machine must not turn a test red.
  testTimeout: 120_000,
  hookTimeout: 60_000,
};
const small = SMALL.map(room => `test/${room}/**/*.test.{ts,tsx}`);

/**
 * Tests run from the repository's top folder. Most of them wait for processes and sockets rather than compute, hence more
 * workers than cores.
 */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...common, name: 'rules', include: small, isolate: false } },
      {
        test: {
          ...common,
          name: 'stories',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...small, ...elsewhere, 'test/real/**', 'test/pack/**'],
        },
      },
    ],
  },
});
