import type { Row } from '../../faults/support/rows.ts';

/** What can happen to a terminal. */
export const terminalRows = {
  T1: {
    fault: 'the terminal is closed',
    injection: 'master side closed, with and without SIGHUP',
    behaviour: 'the process ends, its last lines are written',
    figure: '2 s, no orphan',
  },
  T2: {
    fault: 'the terminal takes nothing for 60 s, then goes on',
    injection: 'master side not read',
    behaviour: 'the watch goes on, frames are dropped, one repaint; keys typed meanwhile count for nothing',
    figure: 'loop held up for 100 ms at most',
  },
  T3: {
    fault: 'the terminal hangs up while an action runs',
    injection: 'SIGHUP',
    behaviour: 'the screen ends, the action goes on to its end; the next groundup tells how it went',
    figure: '0 lines of its log lost',
    elsewhere: '`test/runs/kill-matrix.test.ts` and `test/e2e/incident.test.ts`',
  },
  T4: {
    fault: 'SIGTERM, SIGINT, SIGQUIT, SIGHUP',
    injection: 'signal',
    behaviour: 'screen, cursor and terminal settings as before',
    figure: '100 % of 50 runs',
  },
  T5: {
    fault: 'SIGKILL, abort, heap exhausted',
    injection: 'signal; memory filled',
    behaviour: 'the guardian restores screen, cursor and settings and says what goes on',
    figure: '100 % of 20 runs',
  },
  T6: {
    fault: 'Ctrl-Z, bg, fg',
    injection: 'job control of bash',
    behaviour: 'gives the screen back, comes back whole',
    figure: '20 cycles, 0 artefacts',
  },
  T7: {
    fault: 'resize storm',
    injection: '200 sizes a second, with 1x1, 500x200 and 0x0',
    behaviour: 'no crash; the last size is drawn whole',
    figure: '1 s until it stands',
  },
  T8: {
    fault: 'no terminal to read from',
    injection: '/dev/null, an ended pipe',
    behaviour: 'one sentence with the cure',
    figure: '1 s',
  },
  T9: {
    fault: 'output into a pipe, or a closed one',
    injection: 'pipe closed by its reader',
    behaviour: 'no escapes; it ends, without a trace',
    figure: '1 s after its work is done',
  },
  T10: {
    fault: 'a paste of 1 MiB, replies of the terminal, garbage keys',
    injection: 'bytes on the terminal, with the lock open; fuzz',
    behaviour: 'nothing is started, the screen stays whole',
    figure: '0 actions in 100,000 inputs',
  },
  T11: {
    fault: 'TERM, locale, NO_COLOR',
    injection: 'environment',
    behaviour: 'readable on each: ASCII without UTF-8, state by word',
    figure: 'every profile',
  },
  T12: {
    fault: 'an error of ours while drawing',
    injection: 'thrown in a view, and in a component',
    behaviour: 'a view: the screen lives on; a component: terminal restored, a report, exit code 70',
    figure: '0 exits; 1 sentence',
    elsewhere: '`test/ui/undrawn.test.ts` (a view), `test/terminal/guard-exit.test.ts` (a component)',
  },
  T13: {
    fault: 'keys typed ahead of the question',
    injection: 'F, the word and Enter in one go',
    behaviour: 'nothing is started',
    figure: '0 starts in 200',
  },
  T14: {
    fault: 'two monitors on one machine',
    injection: 'a second one',
    behaviour: 'shows the action of the first with its log, and starts none beside it',
    figure: '0 double runs',
    elsewhere: '`test/runs/lock.test.ts`, `test/runs/lease.test.ts`',
  },
  T15: {
    fault: 'inside tmux',
    injection: 'tmux with 256 colours, resized, killed',
    behaviour: 'drawn as elsewhere; gone with its session',
    figure: '0 orphans',
  },
} as const satisfies Readonly<Record<string, Row>>;

/** What foreign text and secrets could do. */
export const hostileRows = {
  S1: {
    fault: 'hostile text in every field of every object',
    injection: 'the corpus, and fuzz, through the readers, the rules and the screen',
    behaviour: 'an emulator prints and does nothing else',
    figure: '117 texts in all fields, 0 reactions',
  },
  S2: {
    fault: 'hostile text in the output of a tool',
    injection: 'the corpus in chunks of 1 to 7 bytes, and cut at every byte',
    behaviour: 'the same as in one piece',
    figure: '0 differences',
  },
  S3: {
    fault: 'hostile text in errors, contexts, file names, a plugin and its stderr, release names',
    injection: 'kubeconfigs and an API server that answer with the corpus',
    behaviour: 'as S1, in every command',
    figure: '0 bytes that act',
  },
  S4: {
    fault: 'random bytes and escapes',
    injection: 'generated',
    behaviour: 'inert, idempotent, linear',
    figure: '100 ns a character; 10 times the input in 12 times the time',
  },
  S5: {
    fault: 'secrets in what is logged',
    injection: '20 kinds: split over chunks, cut by escapes, encoded, over several lines',
    behaviour: 'absent from screen, journal, audit, reports, debug log and JSON',
    figure: '0 of 120',
  },
  S6: {
    fault: 'secrets in argv or environment of a child',
    injection: '/proc while an action runs',
    behaviour: 'none',
    figure: '0',
  },
  S7: {
    fault: 'shell text and flags in names',
    injection: 'generated names in every action',
    behaviour:
      'argv byte for byte, no word that a tool takes for a flag; copied lines mean the same to a shell',
    figure: '0 of 100,000',
  },
  S8: {
    fault: '`__proto__` and `constructor` as keys',
    injection: 'objects from JSON',
    behaviour: 'nothing is polluted, nothing throws',
    figure: '0',
  },
  S9: {
    fault: 'umask 000, links where files should be',
    injection: 'shell; symbolic links',
    behaviour: 'files 0600, folders 0700; a link is refused',
    figure: '100 %',
  },
  S10: {
    fault: 'an endpoint that others reach',
    injection: 'list of listening sockets',
    behaviour: 'groundup listens nowhere',
    figure: '0 sockets',
  },
  S11: {
    fault: 'webhooks to metadata addresses, redirects',
    injection: 'addresses of this machine and of its link; a server that redirects',
    behaviour: 'refused before anything is sent; no redirect is followed',
    figure: '0 requests',
    elsewhere: '`test/notify`, `test/cli/notify.test.ts`',
  },
  S12: {
    fault: 'context names that look alike',
    injection: 'zero-width, fullwidth, Cyrillic and Greek letters',
    behaviour: 'told apart on the screen, not equal when typed, protected as what they look like',
    figure: '0 confusions',
  },
  S13: {
    fault: 'a dependency with an install script, a changed tarball, native code',
    injection: 'the lock file and what is installed',
    behaviour: 'the test fails',
    figure: '0 at run time; build tools by name alone',
  },
} as const satisfies Readonly<Record<string, Row>>;

export type RowId = keyof typeof terminalRows | keyof typeof hostileRows;
export const allRows: Readonly<Record<RowId, Row>> = { ...terminalRows, ...hostileRows };
