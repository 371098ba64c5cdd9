import { Box, Text, useApp, useWindowSize } from 'ink';
import { memo, useEffect, useSyncExternalStore } from 'react';
import type { Taste } from '../store/taste.ts';
import type { Row } from './row.ts';
import { type Look, textProps } from './theme.ts';
import { type Desk, useKeys } from './use-keys.ts';

export type SuspendTerminal = ReturnType<typeof useApp>['suspendTerminal'];

export interface AppProps {
  readonly desk: Desk;
  readonly lookFor: (taste: Taste | undefined) => Look;
  /** Hands out the means to leave the screen for a while and come back to it. */
  readonly onReady: (suspend: SuspendTerminal) => void;
}

/** The whole screen: prints the lines of the frame, exactly as many as the terminal has rows. */
export function App({ desk, lookFor, onReady }: AppProps) {
  const { columns, rows } = useWindowSize();
  const { suspendTerminal } = useApp();
  useKeys(desk);
  useEffect(() => onReady(suspendTerminal), [onReady, suspendTerminal]);
  const size = { columns, rows };
  const { painter, store } = desk;
  const look = useSyncExternalStore(store.subscribe, () => lookFor(store.getState().mode.taste));
  const frame = useSyncExternalStore(painter.subscribe, () => painter.frameFor(size));
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      {frame.rows.map((row, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of the screen is its position
        <Line key={i} row={row} look={look} />
      ))}
    </Box>
  );
}

/** One line, cut to the columns before: Ink never wraps it. */
const Line = memo(function Line({ row, look }: { readonly row: Row; readonly look: Look }) {
  return (
    <Box height={1} flexShrink={0}>
      <Text wrap="truncate">
        {row.map((piece, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a piece of a line is its position
          <Text key={i} {...textProps(piece.tone, look)}>
            {piece.text}
          </Text>
        ))}
      </Text>
    </Box>
  );
});
