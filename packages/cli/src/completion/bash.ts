import { shellTables } from './tables.ts'
import type { CommandWords } from './words.ts'

/** The script for bash from 3.2 on. */
export const bashScript = (
  all: readonly CommandWords[],
): string => `# Completion of forge for bash. In ~/.bashrc:  eval "$(forge completion bash)"

${shellTables(all)}

_forge_offer() {
  local IFS=$' \\t\\n'
  case "$1" in
    'choices '*) COMPREPLY=($(compgen -W "\${1#choices }" -- "$2")) ;;
    address) COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" \${f_around[@]+"\${f_around[@]}"} complete addresses 2>/dev/null)" -- "$2")) ;;
    image) COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" \${f_around[@]+"\${f_around[@]}"} complete images 2>/dev/null)" -- "$2")) ;;
    file) IFS=$'\\n' COMPREPLY=($(compgen -f -- "$2")); compopt -o filenames 2>/dev/null ;;
    folder) IFS=$'\\n' COMPREPLY=($(compgen -d -- "$2")); compopt -o filenames 2>/dev/null ;;
  esac
  return 0
}

_forge() {
  local cur=\${COMP_WORDS[COMP_CWORD]} f_at='' f_pending='' f_count=0 f_kind='' f_cmds='' f_opts='' f_args='' f_word i
  local -a f_around=() f_list=()
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    f_word=\${COMP_WORDS[i]}
    if [[ -n $f_pending ]]; then
      case $f_pending in -C | --directory | --env | --state) f_around+=("$f_pending" "$f_word") ;; esac
      f_pending=''
    elif [[ $f_word == -* ]]; then
      if _forge_option "$f_at" "$f_word"; then f_pending=$f_word; fi
    elif _forge_command "\${f_at:+$f_at }$f_word"; then f_at="\${f_at:+$f_at }$f_word" f_count=0
    else ((f_count += 1)); fi
  done
  if [[ -n $f_pending ]]; then
    _forge_option "$f_at" "$f_pending" && _forge_offer "$f_kind" "$cur"
    return 0
  fi
  _forge_command "$f_at" || return 0
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$f_opts" -- "$cur"))
  elif [[ -n $f_cmds ]]; then
    COMPREPLY=($(compgen -W "$f_cmds" -- "$cur"))
  else
    IFS=';' read -ra f_list <<<"$f_args"
    ((\${#f_list[@]} > 0)) || return 0
    ((f_count < \${#f_list[@]})) || f_count=$((\${#f_list[@]} - 1))
    _forge_offer "\${f_list[f_count]}" "$cur"
  fi
}

complete -F _forge forge
`
