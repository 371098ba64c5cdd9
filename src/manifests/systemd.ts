export const unitNames = [
  'groundup-check.service',
  'groundup-check.timer',
  'groundup-heal.service',
  'groundup-heal.timer',
] as const;
export type UnitName = (typeof unitNames)[number];

export interface SystemdAsk {
  /** The words that start the program, absolute. */
  readonly program: readonly string[];
  readonly context: string | null;
  /** Where node_exporter's textfile collector looks; null writes no metrics. */
  readonly textfile: string | null;
  /** In systemd's words: `5min`. */
  readonly every: string;
  /** The actions that may heal by themselves; none: no units that heal. */
  readonly heal: readonly string[];
}

/** One unit, or all of them with their file names above, ready to be put into `~/.config/systemd/user`. */
export function systemdText(ask: SystemdAsk, only: UnitName | null): string {
  if (only !== null) return unitText(only, ask);
  const names = unitNames.filter(name => ask.heal.length > 0 || !name.startsWith('groundup-heal'));
  const units = names.map(name => `# ~/.config/systemd/user/${name}\n${unitText(name, ask)}`);
  return `${head}${units.join('\n')}`;
}

const head = [
  '# groundup: timers of your own user, for a machine outside of the cluster. One unit alone:',
  '#   groundup manifests systemd groundup-check.timer > ~/.config/systemd/user/groundup-check.timer',
  '# Then: systemctl --user daemon-reload && systemctl --user enable --now groundup-check.timer',
  '# Without a login session they run only after: loginctl enable-linger',
  '',
  '',
].join('\n');

function unitText(name: UnitName, ask: SystemdAsk): string {
  switch (name) {
    case 'groundup-check.service':
      return service('One look at the cluster', checkWords(ask), CHECK_SECONDS, [
        '# 1 degraded, 2 down: an answer about the cluster, not a failure of the unit.',
        'SuccessExitStatus=1 2',
      ]);
    case 'groundup-heal.service':
      return service('Heals what may be healed by itself', healWords(ask), HEAL_SECONDS, [
        '# 1 to 3 tell how the cluster is; 4 and 5 that a person is needed.',
        'SuccessExitStatus=1 2 3',
      ]);
    case 'groundup-check.timer':
      return timer('Looks at the cluster', ask.every);
    case 'groundup-heal.timer':
      return timer('Heals what may be healed by itself', ask.every);
  }
}

const CHECK_SECONDS = 120;
/** A release of the CNI takes minutes, and is verified for as long. */
const HEAL_SECONDS = 1_800;

/** `--notify` tells of changes and sends the heartbeat, so that the silence of this timer is noticed as well. */
function checkWords({ program, context, textfile }: SystemdAsk): readonly string[] {
  return [
    ...program,
    'check',
    ...(context === null ? [] : ['--context', context]),
    '--notify',
    '--timeout',
    '30s',
    ...(textfile === null ? [] : ['-o', 'prometheus', '--output-file', `${textfile}/groundup.prom`]),
  ];
}

function healWords({ program, context, heal }: SystemdAsk): readonly string[] {
  return [
    ...program,
    'heal',
    ...(context === null ? [] : ['--context', context]),
    ...heal.flatMap(action => ['--action', action]),
    '--once',
  ];
}

function service(
  description: string,
  words: readonly string[],
  seconds: number,
  more: readonly string[],
): string {
  return lines([
    '[Unit]',
    `Description=groundup: ${description}`,
    'Documentation=man:groundup(1)',
    'After=network-online.target',
    '',
    '[Service]',
    'Type=oneshot',
    `ExecStart=${words.map(quoted).join(' ')}`,
    `TimeoutStartSec=${seconds}`,
    ...more,
    'UMask=0077',
    'NoNewPrivileges=yes',
    '# An action outlives the one who started it, and must not be killed half-way.',
    'KillMode=process',
  ]);
}

function timer(description: string, every: string): string {
  return lines([
    '[Unit]',
    `Description=groundup: ${description} every ${every}`,
    '',
    '[Timer]',
    'OnBootSec=2min',
    `OnUnitInactiveSec=${every}`,
    'RandomizedDelaySec=15s',
    '',
    '[Install]',
    'WantedBy=timers.target',
  ]);
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

/** As systemd splits a command line: `%` and `$` mean something to it. */
function quoted(word: string): string {
  const safe = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w@:=,./%$-]+$/.test(safe) ? safe : `"${safe.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
