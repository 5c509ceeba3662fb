# bash completion for bpm. To load it: source <(bpm completion bash)
# What can follow, bpm itself says; it is handed the words up to the cursor.
_bpm() {
    local line=${COMP_LINE:0:COMP_POINT} words=() word current prefix found _
    # To bash, --process=web and /var/vcap/x:writable are three words each. To bpm, and to its
    # users, blanks are what is between words.
    for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        if [[ ${#words[@]} -gt 0 && $line == "${line#[[:space:]]}" ]]; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
        line=${line#"${line%%[![:space:]]*}"}
        line=${line#"$word"}
    done
    # What is found takes the place of the last part only.
    current=${COMP_WORDS[COMP_CWORD]}
    [[ $current == [=:] ]] && current=
    prefix=${words[-1]%"$current"}
    COMPREPLY=()
    while IFS=$'\t' read -r found _; do
        if [[ $found == :files ]]; then
            compopt -o default
        else
            printf -v found %q "${found#"$prefix"}"
            COMPREPLY+=("$found")
        fi
    done < <("${words[0]}" __complete -- "${words[@]:1}" 2>/dev/null)
}
complete -F _bpm bpm
