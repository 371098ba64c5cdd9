import { field } from '../text/field.ts';
import { say } from '../text/safe.ts';
import { type Examined, note, ok, problem } from './examined.ts';

export interface TerminalFacts {
  readonly isTerminal: boolean;
  readonly term: string;
  readonly dumb: boolean;
  readonly colour: boolean;
  readonly unicode: boolean;
  readonly columns: number;
  readonly rows: number;
}

/** Below this the tower alone, or one line, is shown. */
const SMALL = { columns: 80, rows: 24 };

export function examineTerminal(facts: TerminalFacts): readonly Examined[] {
  if (!facts.isTerminal)
    return [ok('terminal', say`none here: the monitor needs one, every other command works without`)];
  return [typeOf(facts), sizeOf(facts), coloursOf(facts), signsOf(facts)];
}

function typeOf({ dumb, term }: TerminalFacts): Examined {
  return dumb
    ? problem(
        'terminal',
        say`TERM is '${field(term)}': the monitor cannot draw`,
        say`set TERM to what the terminal is, such as xterm-256color`,
      )
    : ok('terminal', say`TERM ${field(term)}`);
}

function sizeOf({ columns, rows }: TerminalFacts): Examined {
  const size = say`${columns}x${rows}`;
  return columns < SMALL.columns || rows < SMALL.rows
    ? note('terminal', say`${size} is small: some panes are left out`, say`80x24 shows everything at once`)
    : ok('terminal', size);
}

function coloursOf({ colour }: TerminalFacts): Examined {
  return colour
    ? ok('terminal', say`colours`)
    : note('terminal', say`no colours: signs and words carry it alone (NO_COLOR or FORCE_COLOR is set)`);
}

function signsOf({ unicode }: TerminalFacts): Examined {
  return unicode
    ? ok('terminal', say`UTF-8`)
    : note(
        'terminal',
        say`the locale is not UTF-8: only ASCII is drawn`,
        say`set LANG to a UTF-8 locale such as C.UTF-8`,
      );
}
