import { shellTables } from './tables.ts'
import type { CommandWords } from './words.ts'

/** The script for zsh; as a file named \`_forge\` in a folder of \`fpath\`, or evaluated after \`compinit\`. */
export const zshScript = (all: readonly CommandWords[]): string => `#compdef forge
# Completion of forge for zsh. In ~/.zshrc, after compinit:  eval "$(forge completion zsh)"

${shellTables(all)}

_forge_offer() {
  case "$1" in
    'choices '*) compadd -- \${=1#choices } ;;
    address) compadd -- \${(f)"$("\${words[1]}" "\${f_around[@]}" complete addresses 2>/dev/null)"} ;;
    image) compadd -- \${(f)"$("\${words[1]}" "\${f_around[@]}" complete images 2>/dev/null)"} ;;
    file) _files ;;
    folder) _files -/ ;;
  esac
}

_forge() {
  local f_at='' f_pending='' f_kind='' f_cmds='' f_opts='' f_args='' f_word i
  local -i f_count=0
  local -a f_around f_list
  for ((i = 2; i < CURRENT; i++)); do
    f_word=\${words[i]}
    if [[ -n $f_pending ]]; then
      case $f_pending in -C | --directory | --env | --state) f_around+=("$f_pending" "$f_word") ;; esac
      f_pending=''
    elif [[ $f_word == -* ]]; then
      if _forge_option "$f_at" "$f_word"; then f_pending=$f_word; fi
    elif _forge_command "\${f_at:+$f_at }$f_word"; then f_at="\${f_at:+$f_at }$f_word" f_count=0
    else ((f_count += 1)); fi
  done
  if [[ -n $f_pending ]]; then
    _forge_option "$f_at" "$f_pending" && _forge_offer "$f_kind"
    return
  fi
  _forge_command "$f_at" || return 1
  if [[ \${words[CURRENT]} == -* ]]; then
    compadd -- \${=f_opts}
  elif [[ -n $f_cmds ]]; then
    compadd -- \${=f_cmds}
  else
    f_list=("\${(@s:;:)f_args}")
    ((f_count < \${#f_list})) || f_count=$((\${#f_list} - 1))
    _forge_offer "\${f_list[f_count + 1]}"
  fi
}

if [[ \${funcstack[1]} == _forge ]]; then _forge "$@"; else compdef _forge forge; fi
`
