_fli() {
    # Completion for fli: everything that is proposed comes from fli itself, which asks the daemon.
    local line=${COMP_LINE:0:COMP_POINT} words word prefix
    read -r -a words <<<"$line"
    if [[ $line == *[[:blank:]] ]]; then words+=(""); fi
    word=${words[-1]}
    # bash takes @, : and = for the ends of words; it wants only what comes after the last of them.
    prefix=${word%"${word##*[@:=]}"}
    mapfile -t COMPREPLY < <("${words[0]}" __complete -- "${words[@]:1}" 2>/dev/null)
    COMPREPLY=("${COMPREPLY[@]#"$prefix"}")
    # A name that ends with a slash is to be gone on with.
    if [[ ${COMPREPLY[0]-} == */ ]]; then compopt -o nospace; fi
}
complete -o default -F _fli fli
