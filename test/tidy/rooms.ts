/** Which rooms a room may import from, besides itself. The one-way street of the house; `cli` wires everything. */
const tower = ['text', 'cluster', 'signatures', 'layers', 'diagnosis', 'recovery', 'runs', 'store'] as const;
const below = (room: (typeof tower)[number]): readonly string[] => tower.slice(0, tower.indexOf(room));

export const mayImport: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(tower.map(room => [room, below(room)])),
  ui: [...tower, 'terminal'],
  recorder: [...tower],
  report: [...tower],
  manifests: ['text', 'cluster', 'recovery'],
  notify: ['text', 'cluster', 'diagnosis', 'recovery'],
  drills: ['text', 'cluster', 'layers', 'diagnosis'],
  doctor: ['text', 'cluster', 'diagnosis', 'recovery'],
  kube: ['text', 'cluster'],
  tools: ['text', 'cluster', 'recovery'],
  probes: ['text', 'cluster', 'kube'],
  terminal: ['text', 'cluster'],
  config: ['text', 'cluster'],
  simulator: ['text', 'cluster'],
  build: [],
  cli: [
    ...tower,
    'ui',
    'report',
    'recorder',
    'kube',
    'tools',
    'probes',
    'terminal',
    'config',
    'manifests',
    'doctor',
    'drills',
    'notify',
    'simulator',
  ],
};

/** Each edge library has one room that imports it (and `cli` none). */
export const edgeOf: Readonly<Record<string, string>> = {
  '@kubernetes/client-node': 'kube',
  undici: 'kube',
  execa: 'tools',
  ink: 'ui',
  'ink-spinner': 'ui',
  react: 'ui',
  zustand: 'store',
  esbuild: 'build',
};

export const ceiling = 250;
