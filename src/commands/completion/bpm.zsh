#compdef bpm
# zsh completion for bpm. To load it, behind compinit: source <(bpm completion zsh)
# Or keep it as a file _bpm in a directory of $fpath.
# What can follow, bpm itself says; it is handed the words up to the cursor.
_bpm() {
    local -a found
    local line files tab=$'\t'
    for line in "${(@f)$("${(Q)words[1]}" __complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
        case $line in
            :files*) files=yes ;;
            ?*) found+=("${${line%%$tab*}//:/\\:}:${line#*$tab}") ;;
        esac
    done
    _describe bpm found && return
    [[ -n $files ]] && _files
}
if [[ ${funcstack[1]} == _bpm ]]; then
    _bpm "$@"
else
    compdef _bpm bpm
fi
