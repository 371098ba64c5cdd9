import type { Internals, StreamHealth } from '../../store/internals.ts';
import { type Safe, say } from '../../text/safe.ts';
import { age, clock } from '../format.ts';
import { blank, cell, line, type Row, span } from '../row.ts';
import type { Tone } from '../theme.ts';
import type { Scene } from './scene.ts';

/** How groundup itself does: whether it keeps up, what it costs, and how old what it shows is. */
export function internalsRows({ state, now, look }: Scene, columns: number): Row[] {
  const { internals } = state;
  if (internals === null) return [line(say`measuring`, 'dim')];
  return [
    ...facts(internals, now).map(([name, text, tone]) => [
      ...cell(name, 10, look, 'dim'),
      ...cell(text, Math.max(8, columns - 10), look, tone),
    ]),
    blank,
    ...internals.streams.map(stream => streamRow(stream, look)),
  ];
}

function facts(internals: Internals, now: number): readonly (readonly [Safe, Safe, Tone])[] {
  const { lag, screen, api, rss, heapUsed, heapTotal } = internals;
  const longest =
    lag.longest === 0 ? say`` : say` · longest ${lag.longest} ms at ${clock(lag.longestAt, now)}`;
  return [
    [say`blocked`, say`${lag.lately} ms lately${longest}`, lag.lately > 250 ? 'warn' : 'plain'],
    [say`cpu`, say`${percent(internals.cpu)} of a core · up ${age(internals.upMs, true)}`, 'plain'],
    [say`memory`, say`${mebi(rss)} MiB · heap ${mebi(heapUsed)} of ${mebi(heapTotal)} MiB`, 'plain'],
    [say`handles`, say`${internals.handles} timers, sockets and files`, 'plain'],
    [
      say`screen`,
      say`${screen.frames} frames · ${screen.dropped} dropped · ${kibi(screen.bytes)} KiB written · ${screen.waiting} bytes wait`,
      screen.isBehind ? 'warn' : 'plain',
    ],
    [
      say`requests`,
      api === null
        ? say`none yet`
        : say`${api.requests} · ${kibi(api.bytes)} KiB read · ${api.openWatches} watches open, ${api.reconnects} opened again · ${api.unreadable} unreadable`,
      (api?.unreadable ?? 0) > 0 ? 'warn' : 'plain',
    ],
  ];
}

function streamRow(stream: StreamHealth, look: Scene['look']): Row {
  const tones: Readonly<Record<StreamHealth['state'], Tone>> = {
    waiting: 'unknown',
    live: 'ok',
    stale: 'warn',
    failed: 'bad',
    absent: 'dim',
  };
  const reason = stream.reason === null ? say`` : say` · ${stream.reason as Safe}`;
  const told = stream.ageMs === null ? say`` : say` · confirmed ${age(stream.ageMs, true)} ago`;
  return [
    ...cell(stream.id as string as Safe, 26, look),
    ...cell(stream.state as string as Safe, 8, look, tones[stream.state]),
    span(say`${stream.items} objects${told}${reason}`, 'dim'),
  ];
}

function percent(part: number): Safe {
  return say`${(part * 100).toFixed(1) as Safe} %`;
}

function mebi(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}

function kibi(bytes: number): number {
  return Math.round(bytes / 1024);
}
