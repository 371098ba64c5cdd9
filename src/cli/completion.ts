import { readArguments, UsageError } from './arguments.ts';
import { completionFlags } from './commands.ts';
import { exitCodes } from './exit-codes.ts';

/** Prints the completion script of a shell. Each asks the same hidden command, so that all know the same words. */
export async function completion(argv: readonly string[]): Promise<number> {
  const { words } = readArguments(argv, completionFlags, 1);
  const script = scripts[words[0] ?? ''];
  if (script === undefined)
    throw new UsageError(
      `${words[0] === undefined ? 'name the shell' : `there is no completion for '${words[0]}'`}: ${Object.keys(scripts).join(', ')}`,
    );
  process.stdout.write(script);
  return exitCodes.healthy;
}

/** Splits the line by itself: Bash cuts words at = and :, which are ordinary letters in flags and names of contexts. */
const bash = `# bash completion for groundup:  source <(groundup completion bash)
_groundup() {
  local line="\${COMP_LINE:0:COMP_POINT}" words=() out row word typed cut directive=4
  read -ra words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  typed="\${words[\${#words[@]}-1]}"
  cut="\${typed%"\${typed##*[=:]}"}"
  [[ "$COMP_WORDBREAKS" == *=* && "$COMP_WORDBREAKS" == *:* ]] || cut=""
  COMPREPLY=()
  while IFS= read -r row; do
    case "$row" in
      :[0-9]*) directive="\${row#:}" ;;
      *)
        word="\${row%%$'\\t'*}"
        printf -v word '%q' "\${word#"$cut"}"
        COMPREPLY+=("$word")
        ;;
    esac
  done < <("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null)
  if [[ "$directive" == 0 ]]; then
    compopt -o default 2>/dev/null
  fi
}
complete -F _groundup groundup kubectl-groundup
`;

const zsh = `#compdef groundup kubectl-groundup
# zsh completion for groundup:  source <(groundup completion zsh), after compinit
_groundup() {
  local -a rows choices
  local row word directive=4
  rows=("\${(@f)$("\${(Q)words[1]}" __complete "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  for row in "\${rows[@]}"; do
    if [[ "$row" == :<-> ]]; then
      directive="\${row#:}"
    elif [[ -n "$row" ]]; then
      word="\${\${row%%$'\\t'*}//:/\\\\:}"
      if [[ "$row" == *$'\\t'* ]]; then choices+=("$word:\${row#*$'\\t'}"); else choices+=("$word"); fi
    fi
  done
  if (( directive == 0 )); then
    compset -P '--*='
    _files
  elif (( \${#choices} )); then
    _describe -V -t groundup groundup choices
  fi
}
if [[ "\${funcstack[1]}" == _groundup ]]; then
  _groundup "$@"
else
  compdef _groundup groundup kubectl-groundup
fi
`;

const fish = `# fish completion for groundup:  groundup completion fish | source
function __groundup_complete
    set -l words (commandline -opc)
    set -l program $words[1]
    set -e words[1]
    set -l last (commandline -ct)
    set -l rows ($program __complete $words "$last" 2>/dev/null)
    set -l directive $rows[-1]
    set -e rows[-1]
    if test "$directive" = ":0"
        __fish_complete_path (string replace -r '^--[a-z-]+=' '' -- "$last")
    else
        printf '%s\\n' $rows
    end
end
complete -c groundup -f -a '(__groundup_complete)'
complete -c kubectl-groundup -f -a '(__groundup_complete)'
`;

const scripts: Readonly<Record<string, string>> = { bash, zsh, fish };
