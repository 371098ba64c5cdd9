/** Takes the screen: alternate buffer, empty, no cursor, pastes marked. */
export const enterSequence = '\x1b[?1049h\x1b[H\x1b[2J\x1b[?25l\x1b[?2004h';

/** Gives the screen back, whatever state it is in; the escape character also ends a sequence that was cut short. */
export const restoreSequence = '\x1b[0m\x1b[?2004l\x1b[?1049l\x1b[?25h';

/** The same for a screen that was never taken: leaving the alternate buffer then would move the cursor. */
export const resetSequence = '\x1b[0m\x1b[?2004l\x1b[?25h';
